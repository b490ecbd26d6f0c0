import { spentToday } from "./spend.ts";
import { capabilitiesOf, type Capabilities } from "../core/capabilities.ts";
import { canSend, type CanSendVerdict, type SendFacts } from "../core/canSend.ts";
import type { MessageTemplate } from "../core/configuration.ts";
import type { Inbox } from "../core/inbox.ts";
import { windowKey, type Conversation } from "../core/conversation.ts";
import type { Identity } from "../core/customer.ts";
import type { Timestamp } from "../core/time.ts";
import type { App } from "../ports/app.ts";

/** Where a reply goes. */
export type ReplyRoute = Pick<Conversation, "identityId" | "channel" | "address" | "inboxId">;

/** What is to go out. */
export type Outgoing = Pick<SendFacts, "text" | "files" | "template" | "quickReplies" | "isAutomatic">;

/** Of whom it is for, as read last. */
export interface Correspondence {
  identity: Identity | undefined;
  conversation: Conversation | undefined;
}

/** The one gate of every message out (invariant I7), asked when a reply is taken in and again when it is sent. */
export async function mayGoOut(
  message: Outgoing,
  route: ReplyRoute,
  known: Correspondence,
  app: App,
): Promise<CanSendVerdict> {
  const inbox = inboxOf(route.inboxId, app);
  const capabilities = capabilitiesOf(route, app.config);
  return canSend({
    ...message,
    address: route.address,
    inbox,
    inboxId: route.inboxId,
    identity: known.identity,
    capabilities,
    templates: templatesOf(route.inboxId, app),
    lastInboundAt: lastInboundAt(route, known, capabilities),
    spentMicros: inbox ? await spentToday(inbox, app) : 0,
    now: app.clock.now(),
  });
}

/** When the customer last wrote from that address to that inbox: in this conversation, or in one before it. */
export function lastInboundAt(
  { identityId, inboxId }: Pick<ReplyRoute, "identityId" | "inboxId">,
  { identity, conversation }: Correspondence,
  capabilities: Capabilities | undefined,
): Timestamp | undefined {
  const isLastUsed = conversation?.identityId === identityId && conversation.inboxId === inboxId;
  const times = [
    conversation?.windows?.[windowKey(identityId, inboxId)],
    identity?.lastInboundAt?.[inboxId],
    // Where no window counts by the provider's time, ours is good enough.
    isLastUsed && !capabilities?.window ? conversation.lastInboundAt : undefined,
  ];
  return times
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);
}

export const inboxOf = (inboxId: string, app: App): Inbox | undefined =>
  app.config.inboxes.find((inbox) => inbox.id === inboxId);

/** Those that are approved for an inbox. */
export const templatesOf = (inboxId: string, app: App): MessageTemplate[] =>
  app.config.templates.filter(({ inboxIds }) => inboxIds.includes(inboxId));
