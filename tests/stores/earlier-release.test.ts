import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Merge } from "../../shared/core/customer.ts";
import type { Stores } from "../../shared/ports/stores.ts";
import { dynamoStores } from "../../shared/stores/dynamodb/index.ts";
import { conversationKey, customerKey, type Key } from "../../shared/stores/dynamodb/keys.ts";
import { openTable, type OpenTable } from "./dynamo-table.ts";
import { applied, claimOf, newId, pooled, sequence, time } from "./samples.ts";

let table: OpenTable;
let stores: Stores;

beforeAll(async () => {
  table = await openTable();
  stores = dynamoStores(table.client, table.tableName);
});
afterAll(() => table.close());

const put = (item: Key & Record<string, unknown>) =>
  table.client.send(new PutItemCommand({ TableName: table.tableName, Item: marshall({ schemaVersion: 1, ...item }) }));

/** As release 0.1.0 wrote it: a customer had one address then, and it names nobody who opened it. */
async function conversation(shown: Record<string, unknown> = {}) {
  const [id, identityId, customerId] = [newId("cnv"), newId("idn"), newId("cus")];
  const { sequence: position, at, ...attributes } = applied({ identityId, customerId });
  await put({
    ...conversationKey(id),
    ...attributes,
    ...shown,
    openedAt: at,
    lastMessageAt: at,
    lastInboundAt: at,
    messageVersion: 1,
    [`sequence:${identityId}`]: position,
  });
  return { id, identityId, customerId };
}

/** One that a pool of that release showed, without its name. */
async function shownConversation(poolSequence: number) {
  const shown = pooled({ poolSequence });
  const { poolId: _, ...attributes } = shown;
  return conversation(attributes);
}

describe("what release 0.1.0 wrote", () => {
  it("is shown anew by the pool that has its queue today, whatever entry it shows", async () => {
    const { id } = await shownConversation(40);
    const { conversations } = stores;
    expect(await conversations.project(id, pooled({ poolSequence: 39 }))).not.toHaveProperty("poolId");
    const refused = await conversations.close(id, 1, time(60), 39, { id: "service", isOwn: () => false });
    expect(refused).toMatchObject({ outcome: "newer" });
    expect(await conversations.project(id, pooled({ poolSequence: 3 }), true)).toMatchObject(
      pooled({ poolSequence: 3 }),
    );
  });

  it("is closed by the pool that has its queue today, whatever entry it shows", async () => {
    const { id } = await shownConversation(40);
    const pool = { id: "service", isOwn: () => true };
    expect(await stores.conversations.close(id, 1, time(60), 3, pool)).toMatchObject({
      outcome: "closed",
      conversation: { poolId: "service", poolSequence: 3 },
    });
  });

  it("is a conversation that was opened from its only address", async () => {
    const { id, identityId } = await conversation();
    expect(await stores.conversations.get(id)).toMatchObject({ openerIdentityId: identityId, messageVersion: 1 });
  });

  it("stays opened from there when another address of its customer's joins in", async () => {
    const { id, identityId, customerId } = await conversation();
    const message = applied({ customerId, sequence: sequence(9), at: time(90) });
    const { outcome, conversation: now } = await stores.conversations.applyMessage(id, message);
    expect(outcome).toBe("applied");
    expect(now).toMatchObject({ openerIdentityId: identityId, identityId: message.identityId, messageVersion: 2 });
    expect(await stores.conversations.get(id)).toEqual(now);
  });

  it("stays opened from there when a merge lets it answer elsewhere", async () => {
    const { id, customerId } = await conversation();
    const [kept, withdrawn] = [(await stores.conversations.get(id))!, newId("cnv")];
    const survivor = await stores.customers.claimForReopening(customerId, { id, messageVersion: 1 }, 0);
    const claim = claimOf(withdrawn);
    const from = await stores.customers.claimOpenConversation(newId("cus"), claim);
    const later = applied({ customerId: from.id, identityId: claim.identityId, at: time(90) });
    const seen = {
      survivor,
      from,
      kept,
      withdrawn: (await stores.conversations.applyMessage(withdrawn, later)).conversation,
    };
    const merge: Merge = {
      id: newId("mrg"),
      schemaVersion: 1,
      survivorId: survivor.id,
      fromId: from.id,
      evidence: { kind: "agent", at: time(95), by: "agent-de" },
      at: time(95),
      keptConversationId: id,
      withdrawnConversationId: withdrawn,
    };
    expect(await stores.customers.merge(merge, seen)).toBe(true);
    const { openerIdentityId } = kept;
    expect(await stores.conversations.get(id)).toMatchObject({ openerIdentityId, identityId: claim.identityId });
  });

  it("is a head that was claimed and no more, and takes identities, a profile and a merge", async () => {
    const [id, openConversationId] = [newId("cus"), newId("cnv")];
    await put({ ...customerKey(id), openConversationId });
    const head = await stores.customers.get(id);
    expect(head).toEqual({
      id,
      schemaVersion: 1,
      version: 0,
      openConversationId,
      identityIds: [],
      mergedFrom: [],
      attributes: {},
    });
    const identityId = newId("idn");
    expect((await stores.customers.addIdentities(id, [identityId])).identityIds).toEqual([identityId]);
    await stores.customers.freeOpenConversation(id, { id: openConversationId, messageVersion: 1 });
    expect((await stores.customers.claimOpenConversation(id, claimOf(newId("cnv")))).identityIds).toHaveLength(2);
    expect(await stores.customers.update(id, { name: "Erika" })).toMatchObject({ name: "Erika", version: 1 });
  });
});
