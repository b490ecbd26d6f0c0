import { describe, expect, test } from "vitest";
import { agent, createFlow } from "./harness.ts";
import {
  conversationOf,
  customerAt,
  erika,
  idOf,
  poolCounts,
  twoConversations,
  vouched,
  write,
} from "./join-support.ts";
import { firstCustomerIdOf } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import { joinAddresses, KeptChanging, mergeCustomers } from "../../shared/flow/join.ts";

const all = [erika.web, erika.email, erika.sms];
const joining = { addresses: all, evidence: vouched };
const byAgent = { kind: "agent", at: vouched.at, by: "agent-en" } as const;

describe("addresses that nobody has written from", () => {
  test("become the customer whom a first text would make", async () => {
    const flow = createFlow();
    const customer = await joinAddresses(joining, flow.app);
    expect(customer.id).toBe(firstCustomerIdOf(idOf(erika.sms)));
    expect(customer.identityIds).toEqual(all.map(idOf).toSorted());
    const identities = await flow.stores.identities.many(all.map(idOf));
    expect(identities.map(({ evidence }) => evidence)).toEqual([[vouched], [vouched], [vouched]]);
    await write(flow, erika.sms, "Hello, could you please help me with my order?");
    expect(await flow.stores.customers.merges(customer.id)).toEqual([]);
  });

  test("change nothing when they are joined again", async () => {
    const flow = createFlow();
    const customer = await joinAddresses(joining, flow.app);
    expect(await joinAddresses(joining, flow.app)).toEqual(customer);
  });

  test("become the customer who is named, though nobody knows them yet", async () => {
    const flow = createFlow();
    const customer = await joinAddresses({ ...joining, customerId: "cus_named" }, flow.app);
    expect(customer.id).toBe("cus_named");
    expect((await customerAt(flow, erika.email)).id).toBe("cus_named");
  });

  test("can't be none", async () => {
    await expect(joinAddresses({ ...joining, addresses: [] }, createFlow().app)).rejects.toThrow("no address");
  });
});

describe("a customer who wrote by text, and is vouched for in the chat", () => {
  test("goes on in the one conversation, and is answered where they wrote last", async () => {
    const flow = createFlow();
    const textId = await write(flow, erika.sms, "Hello, could you please help me with my order?");
    const customer = await joinAddresses(joining, flow.app);
    expect(customer.id).toBe(firstCustomerIdOf(idOf(erika.sms)));
    const chatId = await write(flow, erika.web, "It is me again.");
    const conversation = await conversationOf(flow, textId);
    expect(conversation).toMatchObject({ channel: "web", address: erika.web.address, messageVersion: 2 });
    expect((await conversationOf(flow, chatId)).id).toBe(conversation.id);
  });

  test("who had chatted before goes on in what was opened first, and the other conversation leaves the pool", async () => {
    const { flow, textId, chatId } = await twoConversations();
    expect(await poolCounts(flow)).toEqual({ waiting: 0, assigned: 2, snoozed: 0 });
    await joinAddresses(joining, flow.app);
    await flow.settle();
    expect(await poolCounts(flow)).toEqual({ waiting: 0, assigned: 1, snoozed: 0 });
    const kept = await conversationOf(flow, textId);
    expect(kept).toMatchObject({ status: "assigned", channel: "web", address: erika.web.address });
    expect(await conversationOf(flow, chatId)).toMatchObject({ status: "resolved", continuedIn: kept.id });
    const customer = await customerAt(flow, erika.web);
    expect(customer).toMatchObject({ id: firstCustomerIdOf(idOf(erika.sms)), openConversationId: kept.id });
    const nextId = await write(flow, erika.sms, "And now by text.");
    expect((await conversationOf(flow, nextId)).id).toBe(kept.id);
  });

  test("tells the desks of both conversations", async () => {
    const { flow, textId, chatId } = await twoConversations();
    const connection = { connectionId: "desk-1", agentId: "agent-en", supervisor: false };
    await flow.stores.sockets.put({ ...connection, expiresAt: new Date(flow.clock.now() + 3_600_000).toISOString() });
    await joinAddresses(joining, flow.app);
    for (const messageId of [textId, chatId]) {
      const { id } = await conversationOf(flow, messageId);
      expect(flow.desks.framesOf("desk-1")).toContainEqual({ type: "conversation", conversationId: id });
    }
  });

  test("wakes the conversation that was set aside: there is something to be answered", async () => {
    const { flow, textId } = await twoConversations();
    const { id } = await conversationOf(flow, textId);
    const until = new Date(flow.clock.now() + 3_600_000).toISOString();
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/snooze`, { until });
    await flow.settle();
    expect(await poolCounts(flow)).toMatchObject({ snoozed: 1 });
    await joinAddresses(joining, flow.app);
    await flow.settle();
    expect(await conversationOf(flow, textId)).toMatchObject({ status: "assigned" });
  });

  test("leaves nothing in the pool where whoever joined them died before the pool heard of it", async () => {
    const { flow, chatId } = await twoConversations();
    flow.queues.pool.failures = 1;
    await expect(joinAddresses(joining, flow.app)).rejects.toThrow("ThrottlingException");
    await flow.settle();
    expect((await conversationOf(flow, chatId)).continuedIn).toBeDefined();
    const held = async () =>
      (await flow.call(agent("agent-en"), "GET", "/v1/agents/agent-en")).body.unitsFree as number;
    expect(await held()).toBe(0);
    await flow.advance(limits.mergeCheckAfterSeconds * 1000);
    expect(await held()).toBe(1);
  });
});

describe("a merge that an agent decides", () => {
  test("keeps who decided, and lets the named customer survive", async () => {
    const { flow, textId, chatId } = await twoConversations();
    const [survivorId, fromId] = [firstCustomerIdOf(idOf(erika.web)), firstCustomerIdOf(idOf(erika.sms))];
    const result = await mergeCustomers({ survivorId, fromId, evidence: byAgent }, flow.app);
    expect(result).toMatchObject({
      outcome: "merged",
      merge: { survivorId, fromId, evidence: byAgent },
      customer: { id: survivorId, mergedFrom: [fromId] },
    });
    const kept = await conversationOf(flow, textId);
    expect(kept).toMatchObject({ customerId: survivorId });
    expect(await conversationOf(flow, chatId)).toMatchObject({ continuedIn: kept.id });
  });

  test("refuses who is not there, and who counts as the same already", async () => {
    const { flow } = await twoConversations();
    const { id } = await joinAddresses(joining, flow.app);
    const other = firstCustomerIdOf(idOf(erika.web));
    expect(await mergeCustomers({ survivorId: id, fromId: "cus_nobody", evidence: byAgent }, flow.app)).toEqual({
      outcome: "missing",
      customerId: "cus_nobody",
    });
    expect(await mergeCustomers({ survivorId: other, fromId: id, evidence: byAgent }, flow.app)).toMatchObject({
      outcome: "same",
      customer: { id },
    });
  });

  test("gives up, and says that it may be tried again, when the customers never stay as they are", async () => {
    const { flow } = await twoConversations();
    flow.stores.customers.merge = async () => false;
    await expect(joinAddresses(joining, flow.app)).rejects.toThrow(KeptChanging);
  });

  test("opens the conversation that somebody was about to open again, and goes on with it", async () => {
    const { flow, textId } = await twoConversations();
    const { id } = await conversationOf(flow, textId);
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.settle();
    const closed = await conversationOf(flow, textId);
    const reopening = { id, messageVersion: closed.messageVersion + 1 };
    await flow.stores.customers.claimForReopening(closed.customerId, reopening, 0);
    await joinAddresses(joining, flow.app);
    await flow.settle();
    const reopened = await conversationOf(flow, textId);
    expect(reopened).toMatchObject({ status: "assigned" });
    expect(reopened.closedAt).toBeUndefined();
    expect(await customerAt(flow, erika.web)).toMatchObject({ openConversationId: id });
  });
});

test("a decision names as whom its sender counted by a merge, so that the version it rests on can be found", async () => {
  const { flow, textId } = await twoConversations();
  const before = await flow.stores.messages.get(textId);
  expect(before).not.toHaveProperty("decision.customerId");
  await joinAddresses(joining, flow.app);
  const survivor = await customerAt(flow, erika.web);
  const message = await flow.stores.messages.get(await write(flow, erika.web, "Hello again, by chat."));
  const expected = { customerId: survivor.id, versions: { customer: survivor.version } };
  expect(message).toMatchObject({ decision: expected });
});
