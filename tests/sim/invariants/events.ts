import { derivedId } from "../../../shared/core/ids.ts";
import type { PoolOutcome } from "../../../shared/core/pool/types.ts";
import type { HttpCall } from "../../../shared/ports/http.ts";
import type { WebhookDelivery } from "../../../shared/ports/work.ts";
import type { Checker, History } from "../history.ts";

/** I1: what receivers of webhooks want to know reaches them, or an operator. */
export function eventsDelivered(): Checker {
  const waiting = new Map<string, WebhookDelivery>();

  return {
    invariant: "I1",

    onCall({ operation, parameters, result }) {
      const delivery = parameters[0] as WebhookDelivery;
      if (operation === "webhooks.append" && result === true) waiting.set(delivery.eventId, delivery);
    },

    async atEnd(history) {
      if ((await history.stores.webhooks.list()).length === 0) return;
      const taken = new Set(history.ledger.events.map(({ eventId }) => eventId));
      const parked = await history.parkedText();
      const isKnown = (eventId: string): boolean => taken.has(eventId) || parked.includes(eventId);
      for (const { eventId, body } of waiting.values())
        if (!isKnown(eventId)) history.violate("I1", `${eventId} waits, and nobody sends it: ${body.slice(0, 80)}`);
      for (const [eventId, what] of await expectedEvents(history, parked)) {
        history.reached("I1", "an event was told");
        if (!isKnown(eventId)) history.violate("I1", `nobody was told that ${what}`);
      }
    },
  };
}

async function expectedEvents(history: History, parked: string): Promise<Map<string, string>> {
  const expected = new Map<string, string>();
  const expect = (what: string, type: string, ...of: string[]) => expected.set(derivedId("evt", type, ...of), what);
  for (const { id, providerId, decision } of await history.inboundMessages())
    if (decision.kind === "route" && !parked.includes(providerId)) expect(`${id} came`, "message.received", id);
  for (const { id, sendId, status, statusAt } of await history.outboundMessages()) {
    expect(`${id} was taken in`, "message.sent", id);
    // What a provider told without an answer is no promise; the rest is the queue's to repeat.
    const isPromised = status === "sent" || history.ledger.statuses.get(sendId)?.includes(status);
    if (isPromised && statusAt !== undefined && !parked.includes(id))
      expect(`${id} is ${status}`, "message.status", id, status, statusAt);
  }
  for (const { id } of history.joins.merges.values()) expect(`${id} took place`, "customer.merged", id);
  for (const poolId of history.pools.keys()) {
    for (const { sequence, outcomes } of await history.stores.poolLog.readAfter(poolId, 0)) {
      for (const [position, outcome] of outcomes.entries()) {
        const type = typeOf(outcome);
        if (type !== undefined)
          expect(`${poolId} logged ${sequence}`, type, poolId, String(sequence), String(position));
      }
    }
  }
  return expected;
}

function typeOf({ kind }: PoolOutcome): string | undefined {
  if (kind === "waiting") return "conversation.waiting";
  return kind === "assigned" ? "conversation.assigned" : undefined;
}

/** What is known of one conversation's events. */
interface Conversation {
  firstOrder: string;
  /** by id; settled ones are none that anything could overtake */
  waiting: Map<string, { delivery: WebhookDelivery; appended: number }>;
}

/** I3: events of one conversation go out in their order: none while one before it that was there to be read still waits. */
export function eventsInOrder(): Checker {
  const conversations = new Map<string, Conversation>();
  const events = new Map<string, WebhookDelivery>();
  /** run and conversation → when it last read what waits */
  const reads = new Map<string, number>();
  let calls = 0;

  function appended(delivery: WebhookDelivery): void {
    const { eventId, conversationId, order } = delivery;
    if (events.has(eventId)) return;
    events.set(eventId, delivery);
    const conversation = conversations.get(conversationId) ?? { firstOrder: order, waiting: new Map() };
    if (order < conversation.firstOrder) conversation.firstOrder = order;
    conversation.waiting.set(eventId, { delivery, appended: calls });
    conversations.set(conversationId, conversation);
  }

  return {
    invariant: "I3",

    onCall({ operation, parameters, result, invocation }) {
      calls += 1;
      const delivery = parameters[0] as WebhookDelivery;
      if (operation === "webhooks.append" && result === true) appended(delivery);
      if (operation === "webhooks.settle") conversations.get(delivery.conversationId)?.waiting.delete(delivery.eventId);
      if (operation === "webhooks.waiting") reads.set(`${invocation} ${parameters[1] as string}`, calls);
    },

    onDeparture({ operation, parameters, invocation }, history) {
      if (operation !== "foreignHttp.call") return;
      const own = events.get((parameters[0] as HttpCall).headers["webhook-id"] ?? "");
      const readAt = own && reads.get(`${invocation} ${own.conversationId}`);
      if (!own || readAt === undefined) return;
      const { firstOrder, waiting } = conversations.get(own.conversationId)!;
      if (firstOrder < own.order) history.reached("I3", "an event went out after another of its conversation");
      for (const other of waiting.values())
        if (other.delivery.order < own.order && other.appended < readAt)
          history.violate("I3", `${own.eventId} went out while ${other.delivery.eventId}, which is before it, waited`);
    },

    async atEnd() {},
  };
}
