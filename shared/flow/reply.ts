import { tellSent } from "./events.ts";
import { capabilitiesOf } from "../core/capabilities.ts";
import { canSend, type CanSendVerdict } from "../core/canSend.ts";
import type { Inbox } from "../core/configuration.ts";
import type { Conversation } from "../core/conversation.ts";
import type { Identity } from "../core/customer.ts";
import { sendIdOf } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { writtenOrder, type OutboundStored } from "../core/message.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";

/** The author of replies that nobody wrote. */
export const automaticAuthor = "automatic";

/** Where a reply goes. */
export type ReplyRoute = Pick<Conversation, "identityId" | "channel" | "address" | "inboxId">;

export interface ReplyRequest {
  /** derived by the caller from what makes the reply one: an Idempotency-Key, or the message that it answers by itself */
  messageId: string;
  conversation: Conversation;
  text: string;
  /** another address of the customer's than the one last used */
  route?: ReplyRoute;
  /** the agent, or `automaticAuthor` */
  author: string;
  requestDigest?: string;
}

export type ReplyResult =
  | { outcome: "accepted"; message: OutboundStored }
  | { outcome: "refused"; verdict: Extract<CanSendVerdict, { ok: false }> };

/**
 * Takes a reply in: passes the gate, stores it, then puts it on the outbound queue. What is stored but not yet queued is
 * found by the check that is due a minute later, so an accepted reply is never left behind. Asked again with the same
 * message id, it takes nothing new in.
 */
export async function acceptReply(request: ReplyRequest, app: App): Promise<ReplyResult> {
  const { conversation, route = conversation } = request;
  const known = await app.stores.messages.get(request.messageId);
  if (known?.direction === "out") {
    if (known.status === "queued") await enqueueAccepted(known, "accepted", app);
    return { outcome: "accepted", message: known };
  }
  const identity = await app.stores.identities.get(route.identityId);
  const verdict = mayGoOut(request.text, route, identity, app);
  if (!verdict.ok) return { outcome: "refused", verdict };
  const now = app.clock.now();
  await app.stores.due.put(sendCheck(request.messageId, now));
  const at = isoTime(now);
  const { message } = await app.stores.messages.create<OutboundStored>({
    id: request.messageId,
    schemaVersion: 1,
    direction: "out",
    sendId: sendIdOf(request.messageId),
    conversationId: conversation.id,
    identityId: route.identityId,
    channel: route.channel,
    inboxId: route.inboxId,
    to: route.address,
    text: request.text,
    ...threading(conversation, route, app),
    media: [],
    author: request.author,
    requestDigest: request.requestDigest,
    status: "queued",
    order: writtenOrder(at, request.messageId),
    createdAt: at,
  });
  await enqueueAccepted(message, "accepted", app);
  await app.stores.conversations.touch(conversation.id, at);
  return { outcome: "accepted", message };
}

/** What an answer names as answered, on channels where messages do. */
function threading(
  { subject, references }: Conversation,
  { channel, inboxId }: ReplyRoute,
  app: App,
): Pick<OutboundStored, "subject" | "references"> {
  return capabilitiesOf({ channel, inboxId }, app.config)?.subjects ? { subject: `Re: ${subject}`, references } : {};
}

/** The one gate of every message out (invariant I7), asked when a reply is taken in and again when it is sent. */
export function mayGoOut(
  text: string,
  route: Omit<ReplyRoute, "identityId">,
  identity: Identity | undefined,
  app: App,
): CanSendVerdict {
  return canSend({
    text,
    address: route.address,
    inbox: inboxOf(route.inboxId, app),
    inboxId: route.inboxId,
    identity,
    capabilities: capabilitiesOf(route, app.config),
  });
}

/**
 * The inbox that the customer wrote to last from this address, so that they know who answers; else the channel's first.
 *
 * @returns undefined where the channel has no inbox any more
 */
export async function routeTo(
  identity: Identity,
  conversation: Pick<Conversation, "id" | "identityId" | "inboxId">,
  app: App,
): Promise<ReplyRoute | undefined> {
  const { id, channel, address } = identity;
  const inboxes = app.config.inboxes.filter((inbox) => inbox.channel === channel);
  const usedId = inboxes.length > 1 ? await lastInboxId(identity, conversation, app) : undefined;
  const inbox = inboxes.find((each) => each.id === usedId) ?? inboxes[0];
  return inbox && { identityId: id, channel, address, inboxId: inbox.id };
}

/** In this conversation, or in the last ones of the customer whose address it is. */
async function lastInboxId(
  { id, customerId }: Identity,
  conversation: Parameters<typeof routeTo>[1],
  { stores }: App,
): Promise<string | undefined> {
  if (conversation.identityId === id) return conversation.inboxId;
  const head = await stores.customers.get(customerId);
  for (const conversationId of new Set([conversation.id, head?.openConversationId, head?.lastConversationId])) {
    if (conversationId === undefined) continue;
    const page = { limit: limits.maxPageItems, newestFirst: true };
    const { items } = await stores.messages.list(conversationId, page);
    const last = items.find(({ direction, identityId }) => direction === "in" && identityId === id);
    if (last) return last.inboxId;
  }
  return undefined;
}

export const inboxOf = (inboxId: string, app: App): Inbox | undefined =>
  app.config.inboxes.find((inbox) => inbox.id === inboxId);

/** What was taken in goes out only once it has been told: whoever finds it queued and not tried does both. */
export async function enqueueAccepted(message: OutboundStored, cause: string, app: App): Promise<void> {
  await tellSent(message, app);
  await enqueueSend(message, cause, app);
}

/** @param cause becomes part of the deduplication id: a state version, a minute, a person's redrive */
export async function enqueueSend(message: OutboundStored, cause: string, app: App): Promise<void> {
  const body = { schemaVersion: 1 as const, messageId: message.id, conversationId: message.conversationId };
  await app.queues.outbound.send([
    { body, groupId: message.conversationId, deduplicationId: `${message.id}:${cause}` },
  ]);
}

const sendCheck = (messageId: string, now: number) => ({
  id: messageId,
  dueAt: isoTime(now + limits.sendCheckAfterMs),
  job: { kind: "send-check" as const, messageId },
});
