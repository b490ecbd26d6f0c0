import { tellSent } from "./events.ts";
import { mayGoOut, type Outgoing, type ReplyRoute } from "./gate.ts";
import { capabilitiesOf } from "../core/capabilities.ts";
import type { FileFacts, Refusal } from "../core/canSend.ts";
import type { Conversation } from "../core/conversation.ts";
import type { Identity } from "../core/customer.ts";
import { derivedId, sendIdOf } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { writtenOrder, type MediaReference, type OutboundStored, type TemplateUse } from "../core/message.ts";
import { partsOf, type ReplyPart } from "../core/parts.ts";
import type { Timestamp } from "../core/time.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";

/** The author of replies that nobody wrote. */
export const automaticAuthor = "automatic";

export interface ReplyRequest {
  /** derived by the caller from what makes the reply one: an Idempotency-Key, or the message that it answers by itself */
  messageId: string;
  conversation: Conversation;
  /** of a template, how it reads */
  text: string;
  files?: ReplyFiles;
  template?: TemplateUse;
  quickReplies?: string[];
  /** another address of the customer's than the one last used */
  route?: ReplyRoute;
  /** the agent, or `automaticAuthor` */
  author: string;
  requestDigest?: string;
}

export interface ReplyFiles {
  facts: FileFacts[];
  /** Puts them where a message keeps its own, once the gate has said yes; doing it again changes nothing. */
  keep(messageId: string): Promise<MediaReference[]>;
}

export type ReplyResult =
  /** the first of its parts, where it goes out in several */
  { outcome: "accepted"; message: OutboundStored } | { outcome: "refused"; verdict: Refusal };

/**
 * Takes a reply in: passes the gate, stores it, then puts it on the outbound queue. What is stored but not yet queued is
 * found by the check that is due a minute later, so an accepted reply is never left behind. Asked again with the same
 * message id, it takes nothing new in.
 *
 * A reply that its channel takes in parts is as many messages. They are stored last first, so that the first one stands
 * for the whole: where it is there, all are. Of two tries that go to different addresses, since the customer has written
 * from elsewhere meanwhile, the one that stores the first part counts; what the other has stored goes.
 */
export async function acceptReply(request: ReplyRequest, app: App): Promise<ReplyResult> {
  const { conversation, route = conversation } = request;
  const known = await app.stores.messages.get(request.messageId);
  if (known?.direction === "out") {
    if (known.status === "queued") {
      await clearUnsent(request, app);
      await enqueueAccepted(known, "accepted", app);
    }
    return { outcome: "accepted", message: known };
  }
  const identity = await app.stores.identities.get(route.identityId);
  const outgoing = outgoingOf(request);
  const verdict = await mayGoOut(outgoing, route, { identity, conversation }, app);
  if (!verdict.ok) return { outcome: "refused", verdict };
  const parts = partsOf(outgoing, capabilitiesOf(route, app.config)!);
  const now = app.clock.now();
  const files = (await request.files?.keep(request.messageId)) ?? [];
  const stored: OutboundStored[] = [];
  for (const index of Array.from(parts.keys()).toReversed()) {
    // One that an earlier try has stored says when the whole was written, so that the parts stay in their order.
    const at = stored[0]?.createdAt ?? isoTime(now);
    const message = messageOf(request, parts, index, files, at, app);
    await app.stores.due.put(sendCheck(message.id, now));
    const { message: written } = await app.stores.messages.create(message);
    // Somebody used the same key for something else: the caller sees it by the digest.
    if (written.requestDigest !== request.requestDigest) return { outcome: "accepted", message: written };
    stored.unshift(written);
  }
  if (!isOfOneReply(stored)) {
    await enqueueAccepted(stored[0]!, "accepted", app);
    return { outcome: "accepted", message: stored[0]! };
  }
  await clearUnsent(request, app);
  await enqueue(stored, "accepted", app);
  await app.stores.conversations.touch(conversation.id, isoTime(now));
  return { outcome: "accepted", message: stored[0]! };
}

/** An earlier reply that failed is answered again by this one; before it may fail itself. */
async function clearUnsent({ conversation: { id, unsent }, author }: ReplyRequest, app: App): Promise<void> {
  if (unsent !== undefined && author !== automaticAuthor) await app.stores.conversations.clearUnsent(id, unsent);
}

const outgoingOf = ({ text, files, template, quickReplies = [], author }: ReplyRequest): Outgoing => ({
  text,
  files: files?.facts ?? [],
  template,
  quickReplies,
  isAutomatic: author === automaticAuthor,
});

function messageOf(
  request: ReplyRequest,
  parts: ReplyPart[],
  index: number,
  files: MediaReference[],
  at: Timestamp,
  app: App,
): OutboundStored {
  const { messageId: firstId, conversation, route = conversation, template, author, requestDigest } = request;
  const { text, files: places, quickReplies } = parts[index]!;
  const part = parts.length > 1 ? { index, count: parts.length, firstId } : undefined;
  const id = part ? partId({ ...route, part }, index) : firstId;
  return {
    id,
    schemaVersion: 1,
    direction: "out",
    sendId: sendIdOf(id),
    conversationId: conversation.id,
    identityId: route.identityId,
    channel: route.channel,
    inboxId: route.inboxId,
    to: route.address,
    text,
    ...threading(conversation, route, app),
    media: places.map((place) => files[place]!),
    template,
    quickReplies: quickReplies.length > 0 ? quickReplies : undefined,
    part,
    author,
    requestDigest,
    status: "queued",
    order: writtenOrder(at, id, index),
    createdAt: at,
  };
}

type Part = Pick<OutboundStored, "identityId" | "inboxId"> & { part: NonNullable<OutboundStored["part"]> };

/** Each try to take a reply in has its own later parts, where it goes to another address or makes other parts of it. */
export const partId = ({ identityId, inboxId, part: { firstId, count } }: Part, index: number): string =>
  index === 0 ? firstId : derivedId("msg", "part", firstId, String(index), String(count), identityId, inboxId);

const isPart = (message: OutboundStored): message is OutboundStored & Part => message.part !== undefined;

/** Whether the later ones are the first one's own. */
const isOfOneReply = ([first, ...later]: OutboundStored[]): boolean =>
  later.length === 0
    ? !first!.part
    : isPart(first!) && later.every(({ id }, position) => id === partId(first, position + 1));

/** All messages of the reply that this one belongs to, in their order. */
async function wholeOf(message: OutboundStored, { stores }: App): Promise<OutboundStored[]> {
  if (!isPart(message)) return [message];
  const ids = Array.from({ length: message.part.count }, (_, index) => partId(message, index));
  const messages = await Promise.all(ids.map((id) => stores.messages.get(id)));
  return messages.filter((each) => each?.direction === "out");
}

/** @returns undefined for the first part of a reply, and for one that is whole */
export async function partBefore(message: OutboundStored, { stores }: App): Promise<OutboundStored | undefined> {
  if (!isPart(message) || message.part.index === 0) return undefined;
  const before = await stores.messages.get(partId(message, message.part.index - 1));
  return before?.direction === "out" ? before : undefined;
}

/** What an answer names as answered, on channels where messages do. */
function threading(
  { subject, references }: Conversation,
  { channel, inboxId }: ReplyRoute,
  app: App,
): Pick<OutboundStored, "subject" | "references"> {
  return capabilitiesOf({ channel, inboxId }, app.config)?.subjects ? { subject: `Re: ${subject}`, references } : {};
}

/**
 * The inbox that the customer wrote to last from this address, so that they know who answers; else the channel's first. Of the
 * address last used, it is the conversation's own, as for a reply that names no address.
 *
 * @returns undefined where the channel has no inbox any more
 */
export async function routeTo(
  identity: Identity,
  conversation: Pick<Conversation, "id" | "identityId" | "inboxId" | "address">,
  app: App,
): Promise<ReplyRoute | undefined> {
  const { id, channel, address, inboxId: ownInboxId } = identity;
  const inboxes = app.config.inboxes.filter((inbox) => inbox.channel === channel);
  if (inboxes.length === 0) return undefined;
  // The provider may write the address in a form of its own; and no other inbox answers for one that is not configured.
  if (conversation.identityId === id)
    return { identityId: id, channel, address: conversation.address, inboxId: conversation.inboxId };
  if (ownInboxId !== undefined) return { identityId: id, channel, address, inboxId: ownInboxId };
  const usedId = inboxes.length > 1 ? await lastInboxId(identity, conversation, app) : undefined;
  const inbox = inboxes.find((each) => each.id === usedId) ?? inboxes[0]!;
  return { identityId: id, channel, address, inboxId: inbox.id };
}

/** In this conversation, or in the last ones of the customer whose address it is; before that, only windows say so. */
async function lastInboxId(
  { id, customerId, lastInboundAt = {} }: Identity,
  conversation: Parameters<typeof routeTo>[1],
  { stores }: App,
): Promise<string | undefined> {
  const head = await stores.customers.get(customerId);
  for (const conversationId of new Set([conversation.id, head?.openConversationId, head?.lastConversationId])) {
    if (conversationId === undefined) continue;
    const page = { limit: limits.maxPageItems, newestFirst: true };
    const { items } = await stores.messages.list(conversationId, page);
    const last = items.find(({ direction, identityId }) => direction === "in" && identityId === id);
    if (last) return last.inboxId;
  }
  const [latest] = Object.entries(lastInboundAt).toSorted(([, one], [, other]) => (one < other ? 1 : -1));
  return latest?.[0];
}

/** What was taken in goes out only once it has been told: whoever finds it queued and not tried does both, for the whole reply. */
export async function enqueueAccepted(message: OutboundStored, cause: string, app: App): Promise<void> {
  const whole = await wholeOf(message, app);
  const untried = whole.filter(({ status, attemptId }) => status === "queued" && attemptId === undefined);
  await enqueue(untried, cause, app);
}

/**
 * A reply that nobody has tried to send may never have reached the queue: put there once more, it is the queue's to keep.
 * One that was tried is there, or is parked. A part whose first one was never stored, or is another try's, belongs to a
 * reply that was not taken in, and goes.
 */
export async function checkAccepted(messageId: string, cause: string, app: App): Promise<void> {
  const message = await app.stores.messages.get(messageId);
  if (message?.direction !== "out" || message.status !== "queued" || message.attemptId !== undefined) return;
  if (await isOrphan(message, app)) await app.stores.messages.remove(message.id);
  else await enqueueAccepted(message, cause, app);
}

async function isOrphan(message: OutboundStored, { stores }: App): Promise<boolean> {
  if (!isPart(message) || message.part.index === 0) return false;
  const first = await stores.messages.get(message.part.firstId);
  return first?.direction !== "out" || !isPart(first) || partId(first, message.part.index) !== message.id;
}

async function enqueue(messages: OutboundStored[], cause: string, app: App): Promise<void> {
  for (const message of messages) await tellSent(message, app);
  await app.queues.outbound.send(messages.map((message) => outboundEntry(message, cause)));
}

/** @param cause becomes part of the deduplication id: a state version, a minute, a person's redrive */
export async function enqueueSend(message: OutboundStored, cause: string, app: App): Promise<void> {
  await app.queues.outbound.send([outboundEntry(message, cause)]);
}

const outboundEntry = ({ id, conversationId }: OutboundStored, cause: string) => ({
  body: { schemaVersion: 1 as const, messageId: id, conversationId },
  groupId: conversationId,
  deduplicationId: `${id}:${cause}`,
});

const sendCheck = (messageId: string, now: number) => ({
  id: messageId,
  dueAt: isoTime(now + limits.sendCheckAfterMs),
  job: { kind: "send-check" as const, messageId },
});
