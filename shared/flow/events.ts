import { wakeDeliveries } from "./deliveries.ts";
import { conversationData, messageData } from "./event-data.ts";
import type { Conversation } from "../core/conversation.ts";
import type { Merge } from "../core/customer.ts";
import type { EventType } from "../core/events.ts";
import { derivedId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { sendRank, type InboundStored, type OutboundStored } from "../core/message.ts";
import type { Timestamp } from "../core/time.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";
import type { Webhook, WebhookStore } from "../ports/work.ts";

/** Something that receivers of webhooks may want to know. */
export interface Happening {
  type: EventType;
  /** with the type, what makes it this one and no other: a step that is repeated names the same */
  of: string[];
  at: Timestamp;
  /** orders what happens in one millisecond; what has none comes first */
  tie?: string;
  /** among whose events it keeps its order */
  conversationId: string;
  data: Record<string, unknown>;
}

/**
 * Puts an event into the backlog of every webhook that wants it, and wakes their deliveries. Done within the step that it
 * tells of, before that step counts as done: a step that dies in between is repeated, and tells the same event again. Where
 * no webhook is configured, it costs a read a minute.
 */
export async function tell({ type, of, at, tie = "", conversationId, data }: Happening, app: App): Promise<void> {
  const interested = (await webhooksOf(app)).filter((webhook) => wants(webhook, type));
  if (interested.length === 0) return;
  const eventId = derivedId("evt", type, ...of);
  const now = app.clock.now();
  const event = {
    conversationId,
    eventId,
    order: `${at}#${tie}#${eventId}`,
    body: JSON.stringify({ type, timestamp: at, data }),
    attempts: 0,
    createdAt: isoTime(now),
    expiresAt: isoTime(now + limits.webhookBacklogMs),
  };
  const append = async ({ id: webhookId }: Webhook) =>
    (await app.stores.webhooks.append({ webhookId, ...event })) ? [{ webhookId, conversationId }] : [];
  const waiting = await Promise.all(interested.map(append));
  await wakeDeliveries(waiting.flat(), eventId, app);
}

/** Whether an event of any type would go anywhere: spares reading what only events need. */
export const isAnybodyListening = async (app: App): Promise<boolean> =>
  (await webhooksOf(app)).some(({ state }) => state !== "disabled");

const wants = ({ state, events }: Webhook, type: EventType): boolean =>
  state !== "disabled" && (events.includes(type) || events.includes("*"));

/** By store, since a process of the tests has several. */
const lists = new WeakMap<WebhookStore, { readAt: number; webhooks: Promise<Webhook[]> }>();

async function webhooksOf({ stores, clock }: App): Promise<Webhook[]> {
  const known = lists.get(stores.webhooks);
  if (known && clock.now() - known.readAt < limits.webhookListAgeMs) return known.webhooks;
  const fresh = { readAt: clock.now(), webhooks: stores.webhooks.list() };
  lists.set(stores.webhooks, fresh);
  try {
    return await fresh.webhooks;
  } catch (error) {
    if (lists.get(stores.webhooks) === fresh) lists.delete(stores.webhooks);
    throw error;
  }
}

export const tellReceived = (message: InboundStored, conversation: Conversation, app: App): Promise<void> =>
  tell(
    {
      type: "message.received",
      of: [message.id],
      at: message.createdAt,
      conversationId: conversation.id,
      data: { message: messageData(message), conversation: conversationData(conversation) },
    },
    app,
  );

/** A reply was taken in; what becomes of it are its statuses. */
export const tellSent = (message: OutboundStored, app: App): Promise<void> =>
  tell(
    {
      type: "message.sent",
      of: [message.id],
      at: message.createdAt,
      tie: "reply",
      conversationId: message.conversationId,
      data: { message: messageData(message) },
    },
    app,
  );

/** @param message as it is stored now, so that a status is told once however often it is recorded */
export async function tellStatus(message: OutboundStored, app: App): Promise<void> {
  const { id, status, statusAt, conversationId } = message;
  if (status === "queued" || status === "sending" || statusAt === undefined) return;
  const happening = {
    type: "message.status" as const,
    of: [id, status, statusAt],
    at: statusAt,
    tie: `status-${sendRank(status)}`,
    conversationId,
    data: { message: messageData(message) },
  };
  await tell(happening, app);
}

/** @param conversation open again, and not yet in its pool: it still names the entry by which it was resolved */
export const tellReopened = (conversation: Conversation, app: App): Promise<void> =>
  tell(
    {
      type: "conversation.reopened",
      of: [
        conversation.id,
        ...(conversation.poolId === undefined ? [] : [conversation.poolId]),
        String(conversation.poolSequence),
      ],
      // Release 0.1.0 did not say when: the message that opened it again is as near.
      at: conversation.reopenedAt ?? conversation.lastInboundAt,
      conversationId: conversation.id,
      data: { conversation: conversationData(conversation) },
    },
    app,
  );

export const tellMerged = ({ id, survivorId, fromId, at, keptConversationId }: Merge, app: App): Promise<void> =>
  tell(
    {
      type: "customer.merged",
      of: [id],
      at,
      conversationId: keptConversationId ?? survivorId,
      data: { mergeId: id, customerId: survivorId, fromCustomerId: fromId, conversationId: keptConversationId ?? null },
    },
    app,
  );
