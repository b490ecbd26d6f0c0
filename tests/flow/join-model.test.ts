import * as fc from "fast-check";
import { expect, test } from "vitest";
import { agent, createFlow, type Flow } from "./harness.ts";
import { conversationOf, idOf, write } from "./join-support.ts";
import type { Conversation } from "../../shared/core/conversation.ts";
import type { Customer } from "../../shared/core/customer.ts";
import { firstCustomerIdOf } from "../../shared/core/ids.ts";
import { currentCustomer } from "../../shared/flow/customers.ts";
import { joinAddresses, mergeCustomers } from "../../shared/flow/join.ts";
import { undoMerge } from "../../shared/flow/undo-merge.ts";

const addresses = [
  { channel: "sms", address: "+4915112345671" },
  { channel: "sms", address: "+4915112345672" },
  { channel: "email", address: "erika@example.org" },
  { channel: "web", address: "user:4711" },
];

type Action =
  | { kind: "write"; who: number }
  | { kind: "join"; who: number; with: number }
  | { kind: "merge"; who: number; with: number }
  | { kind: "undo"; merge: number }
  | { kind: "resolve"; who: number };

const who = fc.nat(addresses.length - 1);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("write" as const), who }) },
  fc.record({ kind: fc.constant("join" as const), who, with: who }),
  fc.record({ kind: fc.constant("merge" as const), who, with: who }),
  fc.record({ kind: fc.constant("undo" as const), merge: fc.nat(7) }),
  fc.record({ kind: fc.constant("resolve" as const), who }),
);

/** What joins mean, said in the simplest way: who is merged into whom. */
class Model {
  readonly merges: { id: string; fromId: string; survivorId: string; isUndone: boolean }[] = [];
  readonly messageIds: string[] = [];

  rootOf(customerId: string): string {
    const merge = this.merges.find(({ fromId, isUndone }) => fromId === customerId && !isUndone);
    return merge ? this.rootOf(merge.survivorId) : customerId;
  }
}

const ownerOf = (position: number): string => firstCustomerIdOf(idOf(addresses[position]!));
const evidence = { kind: "agent", at: "2026-11-02T09:00:00.000Z", by: "agent-en" } as const;

async function carryOut(flow: Flow, model: Model, step: Action): Promise<void> {
  switch (step.kind) {
    case "write":
      model.messageIds.push(await write(flow, addresses[step.who]!, "Hello, could you help me with my order?"));
      return;
    case "join":
      await joinAddresses({ addresses: [addresses[step.who]!, addresses[step.with]!], evidence }, flow.app);
      return learnMerges(flow, model);
    case "merge":
      await mergeCustomers({ survivorId: ownerOf(step.who), fromId: ownerOf(step.with), evidence }, flow.app);
      return learnMerges(flow, model);
    case "undo": {
      const merge = model.merges[step.merge];
      if (!merge) return;
      const { outcome } = await undoMerge(merge.id, "adam", flow.app);
      if (outcome !== (merge.isUndone ? "already-undone" : "undone")) throw new Error(`Undoing it is ${outcome}.`);
      merge.isUndone = true;
      return;
    }
    case "resolve": {
      const { openConversationId } = await currentCustomer(ownerOf(step.who), flow.app);
      if (openConversationId !== undefined)
        await flow.call(agent("agent-en"), "POST", `/v1/conversations/${openConversationId}/resolve`, {});
    }
  }
}

/** The customers are those of the addresses: a merge takes place between two of them. */
async function learnMerges(flow: Flow, model: Model): Promise<void> {
  const found = await Promise.all(addresses.map((_, position) => flow.stores.customers.merges(ownerOf(position))));
  for (const { id, fromId, survivorId } of found.flat())
    if (model.merges.every((known) => known.id !== id)) model.merges.push({ id, fromId, survivorId, isUndone: false });
}

async function check(flow: Flow, model: Model): Promise<void> {
  const customers = await flow.stores.customers.many(addresses.map((_, position) => ownerOf(position)));
  for (const customer of customers) {
    expect((await currentCustomer(customer.id, flow.app)).id).toBe(model.rootOf(customer.id));
  }
  const merged = customers.filter(({ mergedInto }) => mergedInto !== undefined);
  for (const { openConversationId } of merged) expect(openConversationId).toBeUndefined();
  const roots = customers.filter(({ mergedInto }) => mergedInto === undefined);
  for (const root of roots) await checkSlot(flow, model, root);
  await checkContinued(flow, model);
}

/** What is closed since it goes on in another conversation goes on in one of whom its opener counts as, and of nobody else. */
async function checkContinued(flow: Flow, model: Model): Promise<void> {
  const conversations = await Promise.all(model.messageIds.map((id) => conversationOf(flow, id)));
  const known = new Map(conversations.map((each) => [each.id, each]));
  const rootAt = ({ openerIdentityId }: Conversation) => model.rootOf(firstCustomerIdOf(openerIdentityId));
  for (const conversation of known.values()) {
    const { closedAt, continuedIn } = conversation;
    if (continuedIn === undefined) continue;
    expect(closedAt).toBeDefined();
    expect(rootAt(known.get(continuedIn)!)).toBe(rootAt(conversation));
  }
}

/** Each who has never been told that their request was done has one that is open. */
async function checkNothingHidden(flow: Flow, model: Model, actions: Action[]): Promise<void> {
  if (actions.some(({ kind }) => kind === "resolve")) return;
  for (const id of model.messageIds) expect((await conversationOf(flow, id)).closedAt).toBeUndefined();
}

/** An open conversation is in the slot of whom its customer counts as, and no slot names another. */
async function checkSlot(flow: Flow, model: Model, root: Customer): Promise<void> {
  const conversations = await Promise.all(model.messageIds.map((id) => conversationOf(flow, id)));
  const open = conversations.filter(
    ({ customerId, closedAt }) => closedAt === undefined && model.rootOf(customerId) === root.id,
  );
  expect(new Set(open.map(({ id }) => id))).toEqual(new Set(root.openConversationId ? [root.openConversationId] : []));
  for (const { openerIdentityId, identityId } of open) {
    for (const id of [openerIdentityId, identityId]) expect(model.rootOf(firstCustomerIdOf(id))).toBe(root.id);
  }
}

/** The last to write there is neither of the two who part at the end. */
const partedBeforeTheLastUndo: Action[] = [
  { kind: "merge", who: 1, with: 3 },
  { kind: "join", who: 0, with: 3 },
  { kind: "write", who: 3 },
  { kind: "write", who: 1 },
];

/** Nobody's slot is free for the second one's request until the last of the merges is undone. */
const withdrawnTwice: Action[] = [
  { kind: "merge", who: 3, with: 1 },
  { kind: "merge", who: 0, with: 3 },
  { kind: "undo", merge: 0 },
];

/** What the last merge closed is at last the second one's, who was never a side of it: only merges of others lead there. */
const joinedByOthers: Action[] = [
  { kind: "merge", who: 1, with: 3 },
  { kind: "merge", who: 2, with: 1 },
  { kind: "merge", who: 2, with: 0 },
  { kind: "resolve", who: 0 },
  { kind: "write", who: 3 },
  { kind: "undo", merge: 1 },
  { kind: "undo", merge: 0 },
];

test("whatever is joined and parted, in whichever order, each address counts as it should, and has one conversation", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
      const flow = createFlow();
      const model = new Model();
      await flow.call(agent("agent-en"), "PUT", "/v1/agents/agent-en/presence", { status: "available" });
      // All are known, each by themselves, before the first join.
      for (const [position] of addresses.entries()) await carryOut(flow, model, { kind: "write", who: position });
      for (const step of actions) {
        await carryOut(flow, model, step);
        await flow.settle();
        await check(flow, model);
      }
      for (const merge of model.merges.keys()) await carryOut(flow, model, { kind: "undo", merge });
      for (const [position, address] of addresses.entries()) {
        const identity = await flow.stores.identities.get(idOf(address));
        expect((await currentCustomer(identity!.customerId, flow.app)).id).toBe(ownerOf(position));
      }
      await flow.settle();
      await check(flow, model);
      await checkNothingHidden(flow, model, actions);
    }),
    { numRuns: 60, examples: [[partedBeforeTheLastUndo], [withdrawnTwice], [joinedByOthers]] },
  );
});
