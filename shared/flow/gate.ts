import { latestConversationIds } from "./customers.ts";
import { spentToday } from "./spend.ts";
import { capabilitiesOf } from "../core/capabilities.ts";
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
    lastInboundAt: await lastInboundAt(route, known, app),
    spentMicros: inbox ? await spentToday(inbox, app) : 0,
    now: app.clock.now(),
  });
}

/**
 * When the customer last wrote from that address to that inbox: in this conversation, in one before it, or in one that they
 * have opened since.
 */
export async function lastInboundAt(
  { identityId, inboxId, channel }: Pick<ReplyRoute, "identityId" | "inboxId" | "channel">,
  known: Correspondence,
  app: App,
): Promise<Timestamp | undefined> {
  const capabilities = capabilitiesOf({ channel, inboxId }, app.config);
  const isAskedFor = capabilities?.window !== undefined || inboxOf(inboxId, app)?.quietHours !== undefined;
  const newer = isAskedFor ? await newerConversations(known, app) : [];
  const conversations = known.conversation ? [known.conversation, ...newer] : newer;
  const times = conversations.flatMap((each) => {
    const isLastUsed = each.identityId === identityId && each.inboxId === inboxId;
    // Where no window counts by the provider's time, ours is good enough.
    return [each.windows?.[windowKey(identityId, inboxId)], isLastUsed && !capabilities?.window && each.lastInboundAt];
  });
  return [...times, known.identity?.lastInboundAt?.[inboxId]]
    .filter((time) => typeof time === "string")
    .toSorted()
    .at(-1);
}

/** Whose conversation is over, or became another's when a merge was undone, writes elsewhere since. */
async function newerConversations({ identity, conversation }: Correspondence, app: App): Promise<Conversation[]> {
  if (!identity || !conversation) return [];
  const isTheirs = identity.customerId === conversation.customerId;
  if (isTheirs && conversation.closedAt === undefined) return [];
  return app.stores.conversations.many(await latestConversationIds(identity, app));
}

export const inboxOf = (inboxId: string, app: App): Inbox | undefined =>
  app.config.inboxes.find((inbox) => inbox.id === inboxId);

/** Those that are approved for an inbox. */
export const templatesOf = (inboxId: string, app: App): MessageTemplate[] =>
  app.config.templates.filter(({ inboxIds }) => inboxIds.includes(inboxId));
