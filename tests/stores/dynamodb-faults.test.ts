import { PutItemCommand, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stores } from "../../shared/ports/stores.ts";
import { dynamoStores } from "../../shared/stores/dynamodb/index.ts";
import { messageKey } from "../../shared/stores/dynamodb/keys.ts";
import { mergeWorld } from "../contracts/stores-merges.ts";
import { openTable, type OpenTable } from "./dynamo-table.ts";
import { conflictOnce, freezeIndex, loseFirstResponses } from "./faults.ts";
import { applied, claimOf, decision, inbound, newId, outbound, poolEntry, pooled, sequence, time } from "./samples.ts";

let table: OpenTable;
/** sees the table as it is */
let stores: Stores;

beforeAll(async () => {
  table = await openTable();
  stores = dynamoStores(table.client, table.tableName);
});
afterAll(() => table.close());

describe("when the response to each first write is lost and the SDK sends it again", () => {
  let lossy: Stores;
  let lost: () => number;
  beforeAll(() => {
    const client = table.connect();
    lost = loseFirstResponses(client);
    lossy = dynamoStores(client, table.tableName);
  });

  it("really loses them", async () => {
    const before = lost();
    await lossy.parked.remove(newId("prk"));
    expect(lost()).toBe(before + 1);
  });

  it("takes back once what was counted", async () => {
    const key = newId("ses");
    await stores.rates.count(key, time(0), time(120), 500);
    await lossy.rates.takeBack(key, time(0), 200, newId("ent"));
    expect(await stores.rates.amount(key, time(0))).toBe(300);
  });

  it("gives back our own message, so that the caller sees that it is there", async () => {
    const message = inbound();
    expect(await lossy.messages.create(message)).toEqual({ created: false, message });
    const moved = newId("cnv");
    expect(await lossy.messages.replacePlan(message.id, 0, moved, decision(moved))).toMatchObject({
      conversationId: moved,
      planVersion: 1,
    });
  });

  it("reports a message that it applied as repeated, and applies it once", async () => {
    const id = newId("cnv");
    expect(await lossy.conversations.applyMessage(id, applied())).toMatchObject({
      outcome: "repeated",
      conversation: { messageVersion: 1 },
    });
    expect(await lossy.conversations.project(id, pooled())).toMatchObject(pooled());
    expect(await lossy.conversations.close(id, 1, time(9), 2)).toMatchObject({ outcome: "closed" });
    const reopened = await lossy.conversations.reopen(
      { id, messageVersion: 2 },
      { customerId: newId("cus"), ownedSince: 0 },
      time(10),
    );
    expect(reopened).toMatchObject({ messageVersion: 2 });
  });

  it("holds the slot, the identity and the profile that it wrote", async () => {
    const [customer, conversation] = [newId("cus"), newId("cnv")];
    const head = await lossy.customers.claimOpenConversation(customer, claimOf(conversation));
    expect(head.openConversationId).toBe(conversation);
    expect(await lossy.customers.update(customer, { attributes: { vip: true } })).toMatchObject({ version: 1 });
    const reopened = { id: conversation, messageVersion: 2 };
    expect(await lossy.customers.claimForReopening(customer, reopened, 1)).toMatchObject({ reopenedVersion: 2 });
    await lossy.customers.freeOpenConversation(customer, reopened);
    expect((await stores.customers.get(customer))?.openConversationId).toBeUndefined();
    const contact = { id: newId("idn"), channel: "sms", address: "+49", customerId: customer, at: time(0) };
    const identity = await lossy.identities.create({ ...contact, evidence: { kind: "first-contact", at: time(0) } });
    expect(identity.customerId).toBe(customer);
    await lossy.identities.setOptOut(identity.id, "sms-main", true, time(1), sequence(1));
    expect((await stores.identities.get(identity.id))?.version).toBe(2);
  });

  it("holds the send that it claimed, and gives it back once", async () => {
    const message = outbound();
    await stores.messages.create(message);
    expect(await lossy.messages.claimSend(message.id, "ent_1", time(6))).toMatchObject({
      attemptId: "ent_1",
      status: "sending",
    });
    expect(await lossy.messages.requeueSend(message.id, "ent_1")).toBe(true);
    const sent = await lossy.messages.raiseStatus(message.id, { status: "sent", at: time(7), providerId: "SM1" });
    expect(sent).toMatchObject({ status: "sent", providerId: "SM1" });
  });

  it("keeps each version once, whatever raised it", async () => {
    const { identities, customers } = lossy;
    const contact = { id: newId("idn"), channel: "sms", address: "+49", customerId: newId("cus"), at: time(0) };
    const { id } = await identities.create({ ...contact, evidence: { kind: "first-contact", at: time(0) } });
    await identities.setBlocked(id, { at: time(1), by: "agent-de" });
    await identities.setBlocked(id, null);
    const imported = { kind: "imported" as const, at: time(2), by: "crm-17" };
    expect((await identities.addEvidence(id, imported)).evidence).toHaveLength(2);
    expect((await stores.identities.get(id))?.version).toBe(3);
    expect(await stores.identities.atVersion(id, 2)).toMatchObject({ blocked: { by: "agent-de" } });
    await customers.update(contact.customerId, { name: "Erika" });
    expect(await customers.update(contact.customerId, { name: "Frieda" })).toMatchObject({ version: 2 });
    expect(await stores.customers.atVersion(contact.customerId, 1)).toEqual({ name: "Erika", attributes: {} });
  });

  it("carries a merge out once, and undoes it once", async () => {
    const world = mergeWorld(() => stores);
    const [survivor, from] = [await world.customer(0), await world.customer(10)];
    const { merge, seen } = await world.plan(survivor, from, survivor, from);
    const before = lost();
    expect(await lossy.customers.merge(merge, seen)).toBe(true);
    expect(lost()).toBe(before + 1);
    const heads = { survivor: await world.head(survivor.id), from: await world.head(from.id) };
    expect(heads).toMatchObject({ survivor: { version: 1 }, from: { version: 1, mergedInto: survivor.id } });
    expect(await lossy.customers.undoMerge(merge, { at: time(500), by: "admin" }, heads)).toBe(true);
    expect(await world.head(from.id)).toMatchObject({ version: 2 });
    expect((await world.head(from.id)).mergedInto).toBeUndefined();
  });

  it("says of a webhook that another was faster, and shows its own", async () => {
    const webhook = {
      id: newId("whk"),
      schemaVersion: 1 as const,
      url: "https://receiver.example",
      events: ["*"],
      secrets: ["whsec_x"],
      state: "active" as const,
      createdAt: time(0),
      createdBy: "olga",
      version: 1,
    };
    expect(await lossy.webhooks.put(webhook)).toEqual({ written: false, webhook });
  });

  it("finds its own entry where the log says that the sequence is taken", async () => {
    const entry = poolEntry(newId("agt"), 1);
    expect(await lossy.poolLog.append(entry)).toBe(false);
    expect(await stores.poolLog.readAfter(entry.poolId, 0)).toEqual([entry]);
    await lossy.poolLog.setWatermark(entry.poolId, 1);
    expect(await stores.poolLog.watermark(entry.poolId)).toBe(1);
  });

  it("gives up a ticket rather than let it be used twice", async () => {
    const ticket = { id: newId("tck"), agentId: "agent-de", supervisor: false, expiresAt: time(60) };
    await stores.sockets.putTicket(ticket);
    expect(await lossy.sockets.takeTicket(ticket.id, time(0))).toBeUndefined();
    expect(await stores.sockets.takeTicket(ticket.id, time(0))).toBeUndefined();
  });
});

describe("when somebody else's transaction is under way", () => {
  it("comes again, since that one ends in a moment", async () => {
    const client = table.connect();
    conflictOnce(client);
    const { customers, identities, parked } = dynamoStores(client, table.tableName);
    const [id, claim] = [newId("cus"), claimOf(newId("cnv"))];
    expect(await customers.claimOpenConversation(id, claim)).toMatchObject({
      openConversationId: claim.conversationId,
    });
    expect(await customers.update(id, { name: "Erika" })).toMatchObject({ version: 1 });
    const contact = { id: newId("idn"), channel: "sms", address: "+49", customerId: id, at: time(0) };
    const evidence = { kind: "first-contact" as const, at: time(0) };
    expect(await identities.create({ ...contact, evidence })).toMatchObject({ id: contact.id });
    await parked.remove(newId("prk"));
  });

  it("leaves a cancelling for another cause to its caller", async () => {
    const client = table.connect();
    const throttled = { CancellationReasons: [{ Code: "ThrottlingError" }], message: "slow", $metadata: {} };
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (input) => {
          if (commandName !== "TransactWriteItemsCommand") return next(input);
          throw new TransactionCanceledException(throttled);
        },
      { step: "initialize" },
    );
    const { customers } = dynamoStores(client, table.tableName);
    await expect(customers.update(newId("cus"), { name: "Erika" })).rejects.toThrow("slow");
  });
});

describe("when the index lags behind the table", () => {
  it("drops what has left the list, and fills the page with what has not", async () => {
    const client = table.connect();
    freezeIndex(client);
    const lagging = dynamoStores(client, table.tableName);
    const queueId = newId("agt");
    const ids = await Promise.all(
      [1, 2, 3, 4].map(async (position) => {
        const id = newId("cnv");
        await stores.conversations.applyMessage(id, applied());
        await stores.conversations.project(id, pooled({ queueId, enqueuedAt: time(position) }));
        return id;
      }),
    );
    const waiting = { queueId, status: "waiting" as const };
    const page = async () => (await lagging.conversations.list(waiting, { limit: 2 })).items.map(({ id }) => id);
    expect(await page()).toEqual(ids.slice(0, 2));
    const assigned = pooled({ queueId, status: "assigned", agentId: "agent-de", poolSequence: 2 });
    await stores.conversations.project(ids[0]!, assigned);
    expect(await page()).toEqual(ids.slice(1, 3));
  });
});

describe("items of other releases", () => {
  it("names an item that a later release wrote instead of reading half of it", async () => {
    const id = newId("msg");
    const item = { ...messageKey(id), schemaVersion: 2, listKey: "CNV#cnv_1", listOrder: "1" };
    await table.client.send(new PutItemCommand({ TableName: table.tableName, Item: marshall(item) }));
    await expect(stores.messages.get(id)).rejects.toThrow(`MSG#${id} has schema version 2`);
  });
});
