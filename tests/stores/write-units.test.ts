import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stores } from "../../shared/ports/stores.ts";
import { dynamoStores } from "../../shared/stores/dynamodb/index.ts";
import { openTable, type OpenTable } from "./dynamo-table.ts";
import { meter, type Consumption } from "./faults.ts";
import { applied, claimOf, inbound, newId, outbound, poolEntry, pooled, sequence, time } from "./samples.ts";

/** DESIGN: what a routed inbound text may cost in write units, mean of conversations of five texts. */
const maxWriteUnitsPerText = 4;
const textsPerConversation = 5;
const conversationsPerBatch = 10;

let table: OpenTable;
let stores: Stores;
let consumed: () => Consumption;
beforeAll(async () => {
  table = await openTable();
  const client = table.connect();
  consumed = meter(client);
  stores = dynamoStores(client, table.tableName);
});
afterAll(() => table.close());

async function costs(run: () => Promise<unknown>): Promise<Consumption> {
  consumed();
  await run();
  return consumed();
}

type Step = [name: string, run: () => Promise<unknown>, budget: Consumption];

/** Each step rests on those before it: the life of one conversation. */
function life(): Step[] {
  const [conversationId, poolId, agentId] = [newId("cnv"), newId("agt"), "agent-de"];
  const message = applied();
  const { identityId, customerId } = message;
  const contact = { id: identityId, channel: "sms", address: message.address, customerId, at: time(0) };
  const text = inbound({ conversationId, identityId });
  const reply = outbound({ conversationId, identityId });
  const due = { id: reply.id, dueAt: time(65), job: { kind: "send-check" as const, messageId: reply.id } };
  const assigned = pooled({ status: "assigned", agentId, poolSequence: 2 });
  return [
    ["identity: look up", () => stores.identities.get(identityId), { writes: 0, reads: 1 }],
    [
      "identity: first contact",
      () => stores.identities.create({ ...contact, evidence: { kind: "first-contact", at: time(0) } }),
      { writes: 1, reads: 0 },
    ],
    [
      "customer: claim the slot",
      () => stores.customers.claimOpenConversation(customerId, claimOf(conversationId)),
      { writes: 1, reads: 0 },
    ],
    ["customer: look up", () => stores.customers.get(customerId), { writes: 0, reads: 1 }],
    ["message: put a text with its decision", () => stores.messages.create(text), { writes: 2, reads: 0 }],
    ["conversation: open", () => stores.conversations.applyMessage(conversationId, message), { writes: 1, reads: 0 }],
    [
      "conversation: the next message, before the pool",
      () => stores.conversations.applyMessage(conversationId, { ...message, sequence: sequence(2), at: time(1) }),
      { writes: 1, reads: 0 },
    ],
    ["pool: append one", () => stores.poolLog.append(poolEntry(poolId, 1)), { writes: 1, reads: 0 }],
    ["pool: append ten", () => stores.poolLog.append(poolEntry(poolId, 2, 10)), { writes: 7, reads: 0 }],
    ["pool: read the tail, nothing new", () => stores.poolLog.readAfter(poolId, 2), { writes: 0, reads: 1 }],
    ["pool: watermark", () => stores.poolLog.setWatermark(poolId, 2), { writes: 1, reads: 0 }],
    [
      "conversation: first projection",
      () => stores.conversations.project(conversationId, assigned),
      { writes: 2, reads: 0 },
    ],
    [
      "conversation: the next message, when held",
      () => stores.conversations.applyMessage(conversationId, { ...message, sequence: sequence(3), at: time(2) }),
      { writes: 1, reads: 0 },
    ],
    ["reply: put", () => stores.messages.create(reply), { writes: 2, reads: 0 }],
    ["reply: due check", () => stores.due.put(due), { writes: 1, reads: 0 }],
    [
      "reply: touch the conversation",
      () => stores.conversations.touch(conversationId, time(5)),
      { writes: 1, reads: 0 },
    ],
    ["reply: claim", () => stores.messages.claimSend(reply.id, "ent_1", time(6)), { writes: 1, reads: 0 }],
    [
      "reply: sent",
      () => stores.messages.raiseStatus(reply.id, { status: "sent", at: time(7), providerId: `SM${"a".repeat(32)}` }),
      { writes: 1, reads: 0 },
    ],
    [
      "reply: delivered",
      () => stores.messages.raiseStatus(reply.id, { status: "delivered", at: time(8) }),
      { writes: 1, reads: 0 },
    ],
    ["reply: check done", () => stores.due.remove(due), { writes: 1, reads: 0 }],
    ["conversation: close", () => stores.conversations.close(conversationId, 3, time(60), 3), { writes: 3, reads: 1 }],
    [
      "customer: free the slot",
      () => stores.customers.freeOpenConversation(customerId, { id: conversationId, messageVersion: 3 }),
      { writes: 1, reads: 0 },
    ],
    [
      "customer: remember in the history",
      () => stores.customers.addToHistory(customerId, { id: conversationId, openedAt: time(0) }),
      { writes: 1, reads: 0 },
    ],
    ["sockets: audience of one", () => stores.sockets.audience([agentId]), { writes: 0, reads: 1 }],
  ];
}

describe("capacity units", () => {
  it("stay within what each operation may cost, and a routed text within its budget", async () => {
    const measured = new Map<string, Consumption>();
    const rows: Record<string, unknown>[] = [];
    const over: string[] = [];
    for (const [name, run, budget] of life()) {
      const units = await costs(run);
      measured.set(name, units);
      rows.push({ operation: name, writes: units.writes, reads: units.reads, "writes allowed": budget.writes });
      if (units.writes > budget.writes || units.reads > budget.reads) over.push(`${name}: ${JSON.stringify(units)}`);
    }
    console.table(rows);
    expect(over).toEqual([]);

    const writes = (name: string): number => measured.get(name)!.writes;
    const everyText =
      writes("message: put a text with its decision") + writes("conversation: the next message, when held");
    const everyConversation =
      writes("identity: first contact") + writes("customer: claim the slot") + writes("conversation: first projection");
    const mean = (batch: number, append: string): number =>
      everyText + (everyConversation + (writes(append) + writes("pool: watermark")) / batch) / textsPerConversation;
    console.log(
      `write units per routed text, ${textsPerConversation} to a conversation, every customer new: ` +
        `${mean(conversationsPerBatch, "pool: append ten").toFixed(2)} in batches of ${conversationsPerBatch}, ` +
        `${mean(1, "pool: append one").toFixed(2)} one by one`,
    );
    expect(mean(conversationsPerBatch, "pool: append ten")).toBeLessThanOrEqual(maxWriteUnitsPerText);
  });

  it("keep a text with its decision within one unit beside its index entry up to 250 characters", async () => {
    expect(await costs(() => stores.messages.create(inbound({ text: "x".repeat(250) })))).toMatchObject({ writes: 2 });
  });
});
