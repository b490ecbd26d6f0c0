import { describe, expect, test } from "vitest";
import { agent, type Flow } from "./harness.ts";
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
import { limits } from "../../shared/core/limits.ts";
import { joinAddresses, KeptChanging } from "../../shared/flow/join.ts";
import { sendPoolEvent } from "../../shared/flow/pool-events.ts";
import { undoMerge } from "../../shared/flow/undo-merge.ts";

const joining = { addresses: [erika.web, erika.email, erika.sms], evidence: vouched };

/** The next call of this operation does nothing. */
function failOnce<Store extends object>(store: Store, operation: keyof Store): void {
  const original = store[operation];
  const failing = async () => {
    store[operation] = original;
    throw new Error("ThrottlingException");
  };
  store[operation] = failing as Store[keyof Store];
}

describe("undoing a merge", () => {
  const merged = async () => {
    const world = await twoConversations();
    await joinAddresses(joining, world.flow.app);
    await world.flow.settle();
    const { mergedFrom, id } = await customerAt(world.flow, erika.sms);
    const [merge] = await world.flow.stores.customers.merges(mergedFrom[0]!);
    return { ...world, survivorId: id, fromId: mergedFrom[0]!, merge: merge! };
  };

  test("gives every address back to its customer; the conversation stays with who opened it, and answers go to them", async () => {
    const { flow, merge, textId, survivorId, fromId } = await merged();
    const result = await undoMerge(merge.id, "adam", flow.app);
    expect(result).toMatchObject({ outcome: "undone", merge: { undone: { by: "adam" } }, from: { id: fromId } });
    expect((await customerAt(flow, erika.web)).id).toBe(fromId);
    expect((await customerAt(flow, erika.sms)).id).toBe(survivorId);
    const kept = await conversationOf(flow, textId);
    expect(kept).toMatchObject({ customerId: survivorId, channel: "sms", address: erika.sms.address });
    const nextId = await write(flow, erika.web, "Hello, could somebody help me, please?");
    expect(await conversationOf(flow, nextId)).toMatchObject({ customerId: fromId });
    expect((await conversationOf(flow, nextId)).id).not.toBe(kept.id);
  });

  test("opens the conversation again that the merge closed: it waits for its own customer, and goes on at no stranger's", async () => {
    const { flow, merge, chatId, fromId } = await merged();
    const withdrawn = await conversationOf(flow, chatId);
    await undoMerge(merge.id, "adam", flow.app);
    await flow.settle();
    const { id, requested } = withdrawn;
    const given = await conversationOf(flow, chatId);
    expect(given).toMatchObject({ id, requested, customerId: fromId, status: "assigned", agentId: "agent-en" });
    expect(given).not.toHaveProperty("closedAt");
    expect(given).not.toHaveProperty("continuedIn");
    expect(await customerAt(flow, erika.web)).toMatchObject({ openConversationId: id });
    expect(await poolCounts(flow)).toEqual({ waiting: 0, assigned: 2, snoozed: 0 });
    const nextId = await write(flow, erika.web, "Hello, is anybody there?");
    expect((await conversationOf(flow, nextId)).id).toBe(id);
  });

  test("leaves what the merge closed to the newer one that its customer has opened since", async () => {
    const { flow, merge, textId, chatId } = await merged();
    const kept = await conversationOf(flow, textId);
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${kept.id}/resolve`, {});
    await flow.settle();
    const newerId = await write(flow, erika.web, "Hello, could you help me with something else?");
    await undoMerge(merge.id, "adam", flow.app);
    await flow.settle();
    const newer = await conversationOf(flow, newerId);
    expect(newer).toMatchObject({ status: "assigned" });
    expect(await conversationOf(flow, chatId)).toMatchObject({ status: "resolved", continuedIn: newer.id });
  });

  test("opens it although what was resolved a moment ago still holds the slot", async () => {
    const { flow, merge, textId, chatId } = await merged();
    const { id } = await conversationOf(flow, textId);
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.settle();
    const newerId = await write(flow, erika.web, "Hello, could you help me with something else?");
    const newer = await conversationOf(flow, newerId);
    const undoing = flow.stores.customers.undoMerge;
    flow.stores.customers.undoMerge = async (...parameters) => {
      const result = await undoing(...parameters);
      await flow.stores.conversations.close(newer.id, newer.messageVersion, "2026-11-02T09:10:00.000Z", 99);
      return result;
    };
    await undoMerge(merge.id, "adam", flow.app);
    await flow.settle();
    expect(await conversationOf(flow, chatId)).toMatchObject({ status: "assigned" });
    expect((await customerAt(flow, erika.web)).openConversationId).toBe((await conversationOf(flow, chatId)).id);
  });

  test.each([
    ["the slot was claimed", (flow: Flow) => failOnce(flow.stores.customers, "claimForReopening")],
    ["the conversation was opened", (flow: Flow) => failOnce(flow.stores.conversations, "reopen")],
    ["its pool heard of it", (flow: Flow) => (flow.queues.pool.failures = 1)],
  ])("gives it back a minute later, where whoever undid the merge died before %s", async (_, fail) => {
    const { flow, merge, chatId } = await merged();
    await flow.advance(limits.mergeCheckAfterSeconds * 1000);
    fail(flow);
    await expect(undoMerge(merge.id, "adam", flow.app)).rejects.toThrow("ThrottlingException");
    expect(await undoMerge(merge.id, "adam", flow.app)).toMatchObject({ outcome: "already-undone" });
    await flow.advance(limits.mergeCheckAfterSeconds * 1000);
    expect(await conversationOf(flow, chatId)).toMatchObject({ status: "assigned" });
    expect(await poolCounts(flow)).toMatchObject({ assigned: 2 });
  });

  test("opens nothing again that was resolved after it was given back", async () => {
    const { flow, merge, chatId } = await merged();
    await undoMerge(merge.id, "adam", flow.app);
    await flow.settle();
    const { id } = await conversationOf(flow, chatId);
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.advance(limits.mergeCheckAfterSeconds * 1000);
    expect(await conversationOf(flow, chatId)).toMatchObject({ status: "resolved" });
  });

  test("takes the open conversation along with the side that opened it", async () => {
    const { flow, textId, merge, survivorId, fromId } = await merged();
    const { id } = await conversationOf(flow, textId);
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.settle();
    const chatId = await write(flow, erika.web, "Hello, could you help me with something else?");
    await write(flow, erika.sms, "And by text.");
    await undoMerge(merge.id, "adam", flow.app);
    const conversation = await conversationOf(flow, chatId);
    expect(conversation).toMatchObject({ customerId: fromId, channel: "web", address: erika.web.address });
    expect(await customerAt(flow, erika.web)).toMatchObject({ openConversationId: conversation.id });
    const survivor = await customerAt(flow, erika.sms);
    expect(survivor.id).toBe(survivorId);
    expect(survivor.openConversationId).toBeUndefined();
  });

  test("leaves a conversation in its pool that was withdrawn and opened again since", async () => {
    const { flow, merge, chatId } = await merged();
    await undoMerge(merge.id, "adam", flow.app);
    const { id } = await conversationOf(flow, chatId);
    await flow.call({ id: "sam", role: "supervisor" }, "POST", `/v1/conversations/${id}/reopen`);
    await flow.advance(limits.mergeCheckAfterSeconds * 1000);
    expect(await conversationOf(flow, chatId)).toMatchObject({ status: "assigned" });
    expect(await poolCounts(flow)).toMatchObject({ assigned: 2 });
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {});
    expect(await conversationOf(flow, chatId)).toMatchObject({ status: "resolved" });
  });

  test("gives a closed conversation, when it is opened again, to who opened it first, and answers go to them", async () => {
    const { flow, merge, textId, survivorId, fromId } = await merged();
    const { id } = await conversationOf(flow, textId);
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.settle();
    const chatId = await write(flow, erika.web, "Hello, could you help me with something else?");
    const { id: opened } = await conversationOf(flow, chatId);
    await write(flow, erika.sms, "And by text.");
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${opened}/resolve`, {});
    await flow.settle();
    await undoMerge(merge.id, "adam", flow.app);
    const { openConversationId: givenBack } = await customerAt(flow, erika.web);
    await flow.call({ id: "sam", role: "supervisor" }, "POST", `/v1/conversations/${givenBack}/resolve`, {});
    await flow.settle();
    await flow.call({ id: "sam", role: "supervisor" }, "POST", `/v1/conversations/${opened}/reopen`);
    const expected = { customerId: fromId, channel: "web", address: erika.web.address };
    expect(await conversationOf(flow, chatId)).toMatchObject(expected);
    expect(await customerAt(flow, erika.web)).toMatchObject({ id: fromId, openConversationId: opened });
    const survivor = await customerAt(flow, erika.sms);
    expect(survivor.id).toBe(survivorId);
    expect(survivor.openConversationId).toBeUndefined();
  });

  test("shows one that was opened again before its pool heard that it had been closed", async () => {
    const { flow, chatId } = await twoConversations();
    flow.queues.pool.failures = 1;
    await expect(joinAddresses(joining, flow.app)).rejects.toThrow("ThrottlingException");
    const [merge] = await flow.stores.customers.merges((await customerAt(flow, erika.web)).id);
    await undoMerge(merge!.id, "adam", flow.app);
    const { id } = await conversationOf(flow, chatId);
    await flow.call({ id: "sam", role: "supervisor" }, "POST", `/v1/conversations/${id}/reopen`);
    await flow.settle();
    expect(await conversationOf(flow, chatId)).toMatchObject({ status: "assigned", agentId: "agent-en" });
  });

  test("puts one back into its pool that a late word of the merge took out after it was opened again", async () => {
    const { flow, merge, chatId } = await merged();
    await undoMerge(merge.id, "adam", flow.app);
    const { id, messageVersion } = await conversationOf(flow, chatId);
    await flow.call({ id: "sam", role: "supervisor" }, "POST", `/v1/conversations/${id}/reopen`);
    await flow.settle();
    await write(flow, erika.web, "One thing more, of which the pool need not hear.");
    const event = { kind: "withdraw", conversationId: id, version: messageVersion + 1, reason: "late" } as const;
    const [pool] = flow.app.config.pools;
    await sendPoolEvent(pool!.id, event, "late", flow.app);
    await flow.settle();
    expect(await conversationOf(flow, chatId)).toMatchObject({ status: "assigned" });
    expect(await poolCounts(flow)).toMatchObject({ assigned: 2 });
  });

  test("is done once, and is nothing where there is no such merge", async () => {
    const { flow, merge } = await merged();
    await undoMerge(merge.id, "adam", flow.app);
    expect(await undoMerge(merge.id, "eve", flow.app)).toMatchObject({
      outcome: "already-undone",
      merge: { undone: { by: "adam" } },
    });
    expect(await undoMerge("mrg_none", "eve", flow.app)).toEqual({ outcome: "missing" });
  });

  test("waits for a conversation that is just being opened: nobody knows yet by whom", async () => {
    const { flow, merge, textId, survivorId } = await merged();
    const { id } = await conversationOf(flow, textId);
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.settle();
    const claim = { conversationId: "cnv_new", identityId: idOf(erika.web) };
    await flow.stores.customers.claimOpenConversation(survivorId, claim);
    await expect(undoMerge(merge.id, "adam", flow.app)).rejects.toThrow(KeptChanging);
  });
});
