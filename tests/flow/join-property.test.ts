import * as fc from "fast-check";
import { expect, test } from "vitest";
import { agent, createFlow, type Flow } from "./harness.ts";
import { conversationOf, idOf, write } from "./join-support.ts";
import type { Conversation } from "../../shared/core/conversation.ts";
import type { Customer, Identity } from "../../shared/core/customer.ts";
import type { StoredMessage } from "../../shared/core/message.ts";
import { currentCustomer, ownerOf } from "../../shared/flow/customers.ts";
import { joinAddresses, mergeCustomers } from "../../shared/flow/join.ts";
import { undoMerge } from "../../shared/flow/undo-merge.ts";

/*
 * Two persons, each with two addresses, are merged by mistake, go on writing, and are parted again. What was there before is
 * compared item by item with what is there afterwards, and what came in between is looked for at whoever wrote it.
 */

const sides = [
  [
    { channel: "sms", address: "+4915112345671" },
    { channel: "web", address: "user:4711" },
  ],
  [
    { channel: "sms", address: "+4915112345672" },
    { channel: "email", address: "erika@example.org" },
  ],
] as const;
const addresses = sides.flat();
const sideOf = (identityId: string): number =>
  sides.findIndex((side) => side.some((each) => idOf(each) === identityId));

type Action = { kind: "write" | "resolve"; who: number };

const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom("write" as const, "write" as const, "resolve" as const),
  who: fc.nat(addresses.length - 1),
});
const actions = fc.array(action, { maxLength: 6 });

interface World {
  flow: Flow;
  /** by side */
  customerIds: string[];
  messageIds: string[];
  /** conversations that an agent resolved */
  resolvedIds: Set<string>;
}

async function createWorld(): Promise<World> {
  const flow = createFlow();
  await flow.call(agent("agent-en"), "PUT", "/v1/agents/agent-en/presence", { status: "available" });
  await flow.settle();
  const evidence = { kind: "imported", at: "2026-11-02T08:00:00.000Z" } as const;
  const customerIds: string[] = [];
  for (const [position, side] of sides.entries()) {
    const { id } = await joinAddresses(
      { addresses: [...side], evidence: { ...evidence, by: `crm-${position}` } },
      flow.app,
    );
    await flow.stores.customers.update(id, { name: `Erika ${position}`, language: "en", attributes: { position } });
    customerIds.push(id);
  }
  return { flow, customerIds, messageIds: [], resolvedIds: new Set() };
}

async function carryOut(world: World, steps: Action[]): Promise<void> {
  const { flow, messageIds } = world;
  for (const { kind, who } of steps) {
    const address = addresses[who]!;
    if (kind === "write") messageIds.push(await write(flow, address, "Hello, could you help me with my order?"));
    else await resolve(world, idOf(address));
  }
}

async function resolve({ flow, resolvedIds }: World, identityId: string): Promise<void> {
  const identity = (await flow.stores.identities.get(identityId))!;
  const { openConversationId } = await currentCustomer(identity.customerId, flow.app);
  if (openConversationId === undefined) return;
  await flow.call({ id: "sam", role: "supervisor" }, "POST", `/v1/conversations/${openConversationId}/resolve`, {});
  await flow.settle();
  resolvedIds.add(openConversationId);
}

/** All items that there are of these persons, by id. */
interface Items {
  identities: Map<string, Identity>;
  customers: Map<string, Customer>;
  conversations: Map<string, Conversation>;
  messages: Map<string, StoredMessage>;
}

const byId = <Item extends { id: string }>(items: Item[]): Map<string, Item> =>
  new Map(items.map((item) => [item.id, item]));

/** Whoever wrote in between has been met by their own message, not by the merge. */
const withoutFirstContact = ({ evidence, ...identity }: Identity): Identity => ({
  ...identity,
  evidence: evidence.filter(({ kind }) => kind !== "first-contact"),
});

async function itemsOf({ flow, customerIds, messageIds }: World): Promise<Items> {
  const { stores } = flow;
  const messages = await Promise.all(messageIds.map(async (id) => (await stores.messages.get(id))!));
  return {
    identities: byId((await stores.identities.many(addresses.map(idOf))).map(withoutFirstContact)),
    customers: byId(await stores.customers.many(customerIds)),
    conversations: byId(await stores.conversations.many(messages.map(({ conversationId }) => conversationId))),
    messages: byId(messages),
  };
}

/** Without what a merge and its undoing do leave: that something happened, and what depends on an open conversation. */
const withoutTrace = ({ id, name, language, attributes, identityIds, mergedFrom, mergedInto }: Customer) => ({
  id,
  name,
  language,
  attributes,
  identityIds,
  mergedFrom,
  mergedInto,
});

function compare(before: Items, after: Items, resolvedIds: Set<string>): void {
  expect(after.identities).toEqual(before.identities);
  for (const [id, head] of before.customers) {
    expect(withoutTrace(after.customers.get(id)!)).toEqual(withoutTrace(head));
    expect(after.customers.get(id)!.version).toBeGreaterThan(head.version);
  }
  for (const [id, message] of before.messages) expect(after.messages.get(id)).toEqual(message);
  const [closed, open] = [true, false].map((isClosed) =>
    Array.from(before.conversations.values()).filter(({ closedAt }) => (closedAt !== undefined) === isClosed),
  ) as [Conversation[], Conversation[]];
  expect(closed.map(({ id }) => after.conversations.get(id))).toEqual(closed);
  for (const { id } of open) {
    const newer = Array.from(after.conversations.values()).find(
      (other) => other.closedAt === undefined && isSameSide(other, before.conversations.get(id)!) && other.id !== id,
    );
    compareOpen(before.conversations.get(id)!, after.conversations.get(id)!, resolvedIds.has(id), newer?.id);
  }
}

const isSameSide = (one: Conversation, other: Conversation): boolean =>
  sideOf(one.openerIdentityId) === sideOf(other.openerIdentityId);

/**
 * One that was open is whose it was, and is open: what the merge closed waits again. It is over only where an agent resolved
 * it, and goes on elsewhere only where its own customer has opened another one meanwhile.
 */
function compareOpen(before: Conversation, after: Conversation, isResolved: boolean, newerId?: string): void {
  const { id, openedAt, openerIdentityId, subject, language, tags, requested, queueId } = before;
  expect(after).toMatchObject({ id, openedAt, openerIdentityId, subject, language, tags, requested, queueId });
  expect(after.closedAt !== undefined).toBe(isResolved || newerId !== undefined);
  expect(after.continuedIn).toBe(isResolved ? undefined : newerId);
  if (after.closedAt !== undefined) return;
  expect(after).toMatchObject({ customerId: before.customerId, agentId: before.agentId, status: before.status });
  expect(sideOf(after.identityId)).toBe(sideOf(openerIdentityId));
  expect(addresses.find((each) => idOf(each) === after.identityId)?.address).toBe(after.address);
}

/** Every message is its writer's, and every open conversation is in the slot of who opened it, and in no other. */
async function checkOwners({ flow, customerIds }: World, { customers, conversations, messages }: Items): Promise<void> {
  for (const { identityId } of messages.values()) {
    const { customerId } = (await flow.stores.identities.get(identityId))!;
    expect((await currentCustomer(customerId, flow.app)).id).toBe(customerIds[sideOf(identityId)]);
  }
  for (const conversation of conversations.values())
    expect((await ownerOf(conversation, flow.app)).id).toBe(customerIds[sideOf(conversation.openerIdentityId)]);
  for (const [position, customerId] of customerIds.entries()) {
    const open = Array.from(conversations.values()).filter(
      ({ closedAt, openerIdentityId }) => closedAt === undefined && sideOf(openerIdentityId) === position,
    );
    const { openConversationId, mergedInto } = customers.get(customerId)!;
    expect(mergedInto).toBeUndefined();
    expect(open.map(({ id }) => id)).toEqual(openConversationId === undefined ? [] : [openConversationId]);
  }
}

test("a merge that is undone gives back what was there, item by item, and what came in between to whoever wrote it", async () => {
  await fc.assert(
    fc.asyncProperty(actions, actions, fc.boolean(), async (earlier, between, isReversed) => {
      const world = await createWorld();
      const { flow, customerIds } = world;
      await carryOut(world, earlier);
      const before = await itemsOf(world);

      const [survivorId, fromId] = (isReversed ? customerIds.toReversed() : customerIds) as [string, string];
      const evidence = { kind: "agent", at: "2026-11-02T09:30:00.000Z", by: "agent-en" } as const;
      const merged = await mergeCustomers({ survivorId, fromId, evidence }, flow.app);
      if (merged.outcome !== "merged") throw new Error(`The merge is ${merged.outcome}.`);
      await flow.settle();
      await carryOut(world, between);
      expect((await undoMerge(merged.merge.id, "adam", flow.app)).outcome).toBe("undone");
      await flow.settle();

      const after = await itemsOf(world);
      compare(before, after, world.resolvedIds);
      await checkOwners(world, after);

      // From now on each goes on by themselves.
      const own = await Promise.all(addresses.map(async (address) => idOf(address)));
      await carryOut(
        world,
        own.map((_, who) => ({ kind: "write", who })),
      );
      const last = world.messageIds.slice(-addresses.length);
      for (const [who, messageId] of last.entries()) {
        const owner = await ownerOf(await conversationOf(flow, messageId), flow.app);
        expect(owner.id).toBe(customerIds[sideOf(own[who]!)]);
      }
      await checkOwners(world, await itemsOf(world));
    }),
    { numRuns: 80 },
  );
});
