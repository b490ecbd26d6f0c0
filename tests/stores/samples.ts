import { randomBytes } from "node:crypto";
import { derivedId, sendIdOf, timeSortedId, type IdPrefix } from "../../shared/core/ids.ts";
import type { PooledAttributes } from "../../shared/core/conversation.ts";
import type { Decision } from "../../shared/core/decision.ts";
import { messageOrder, type InboundStored, type NoteStored, type OutboundStored } from "../../shared/core/message.ts";
import type { PoolEntry } from "../../shared/core/pool/types.ts";
import type { ConversationStore, ConversationVersion } from "../../shared/ports/stores.ts";

/** Ids and items as they are in real traffic, each id new: suites share one table. */

export const newId = (prefix: IdPrefix): string => derivedId(prefix, randomBytes(16).toString("hex"));

/** @param seconds after a fixed moment */
export const time = (seconds: number): string => new Date(Date.UTC(2026, 9, 5, 8, 0, 0) + seconds * 1000).toISOString();

/** As SQS numbers the messages of a group. */
export const sequence = (position: number): string => String(18_893_000_000_000_000_000n + BigInt(position));

export const decision = (conversationId: string, changes: Partial<Decision> = {}): Decision => ({
  kind: "route",
  opens: true,
  conversationId,
  now: time(0),
  language: "de",
  rules: ["billing-words", "german"],
  requested: {
    queueId: "billing",
    steps: [
      {
        requirements: [
          { skill: "de", level: 3 },
          { skill: "billing", level: 2 },
        ],
        expiresAfterMs: 120_000,
      },
      { requirements: [{ skill: "de", level: 3 }] },
    ],
    priority: "normal",
    tags: ["invoice"],
  },
  versions: { engine: 1, detector: "tinyld-1.3.4", configuration: "3f9a1c0de77b24d8", identity: 1, customer: 0 },
  ...changes,
});

export function inbound(changes: Partial<InboundStored> = {}): InboundStored {
  const id = changes.id ?? newId("msg");
  const conversationId = changes.conversationId ?? newId("cnv");
  return {
    id,
    schemaVersion: 1,
    direction: "in",
    conversationId,
    identityId: newId("idn"),
    channel: "sms",
    inboxId: "sms-main",
    text: "Guten Tag, auf meiner Rechnung vom März steht ein Betrag doppelt. Können Sie das bitte prüfen? Danke!",
    media: [],
    order: messageOrder(time(0), sequence(1), id),
    createdAt: time(0),
    providerId: `SM${randomBytes(16).toString("hex")}`,
    sequence: sequence(1),
    decision: decision(conversationId),
    planVersion: 0,
    ...changes,
  };
}

export function outbound(changes: Partial<OutboundStored> = {}): OutboundStored {
  const id = changes.id ?? timeSortedId("msg", Date.UTC(2026, 9, 5), randomBytes(10));
  return {
    id,
    schemaVersion: 1,
    direction: "out",
    sendId: sendIdOf(id),
    conversationId: newId("cnv"),
    identityId: newId("idn"),
    channel: "sms",
    inboxId: "sms-main",
    to: "+4915550100200",
    text: "Guten Tag, der Betrag wurde erstattet.",
    media: [],
    order: messageOrder(time(5), "", id),
    createdAt: time(5),
    author: "agent-de",
    status: "queued",
    ...changes,
  };
}

export function note(changes: Partial<NoteStored> = {}): NoteStored {
  const { sendId: _, to: __, status: ___, ...base } = outbound();
  return { ...base, direction: "note", text: "Hat schon zweimal angerufen.", ...changes };
}

type AppliedMessage = Parameters<ConversationStore["applyMessage"]>[1];

export const applied = (changes: Partial<AppliedMessage> = {}): AppliedMessage => ({
  customerId: newId("cus"),
  customerVersion: 0,
  identityId: newId("idn"),
  address: "+4915550100200",
  channel: "sms",
  inboxId: "sms-main",
  subject: "Guten Tag, auf meiner Rechnung vom März steht ein Betrag doppelt.",
  language: "de",
  tags: ["invoice"],
  requested: decision("cnv_any").requested,
  sequence: sequence(1),
  at: time(0),
  ...changes,
});

/** Of the slot, for one of the customer's identities. */
export const claimOf = (conversationId: string, replaces?: ConversationVersion) => ({
  conversationId,
  identityId: newId("idn"),
  replaces,
});

export const pooled = (changes: Partial<PooledAttributes> = {}): PooledAttributes => ({
  status: "waiting",
  queueId: "billing",
  agentId: null,
  enqueuedAt: time(1),
  poolId: "service",
  poolSequence: 1,
  ...changes,
});

/** An entry that takes `count` conversations in and gives each to an agent. */
export function poolEntry(poolId: string, position: number, count = 1): PoolEntry {
  const conversations = Array.from({ length: count }, () => newId("cnv"));
  const { steps } = decision("cnv_any").requested;
  return {
    schemaVersion: 1,
    poolId,
    sequence: position,
    entryId: timeSortedId("ent", Date.UTC(2026, 9, 5), randomBytes(10)),
    engine: 1,
    at: time(position),
    events: conversations.map((conversationId) => ({
      kind: "enqueue" as const,
      conversationId,
      version: 1,
      queueId: "billing",
      steps,
      priority: "normal" as const,
      channel: "sms",
      receivedAt: time(0),
    })),
    outcomes: conversations.flatMap((conversationId) => [
      {
        kind: "waiting" as const,
        conversationId,
        version: 1,
        queueId: "billing",
        steps,
        channel: "sms",
        enqueuedAt: time(1),
        key: Date.UTC(2026, 9, 5, 9),
      },
      { kind: "assigned" as const, conversationId, agentId: "agent-de", weight: 1, forced: false },
    ]),
  };
}

/** Runs `count` of them at the same time. */
export const atOnce = <Result>(count: number, run: (racer: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, racer) => run(racer)));
