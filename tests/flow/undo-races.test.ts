import { expect, test } from "vitest";
import type { Flow } from "./harness.ts";
import { conversationOf, customerAt, erika, idOf, inboundJob, twoConversations, write } from "./join-support.ts";
import { mergeCustomers } from "../../shared/flow/join.ts";
import { undoMerge } from "../../shared/flow/undo-merge.ts";

/** Erika's number and her browser were joined by an agent's mistake: they are two persons. */
async function mistaken() {
  const { flow, textId, chatId } = await twoConversations();
  const [survivor, from] = [await customerAt(flow, erika.sms), await customerAt(flow, erika.web)];
  const evidence = { kind: "agent", at: "2026-11-02T09:30:00.000Z", by: "agent-en" } as const;
  const result = await mergeCustomers({ survivorId: survivor.id, fromId: from.id, evidence }, flow.app);
  if (result.outcome !== "merged") throw new Error(result.outcome);
  await flow.settle();
  return { flow, textId, chatId, mergeId: result.merge.id };
}

/** Undoes the merge just before the next call of this operation. */
function undoneBefore(
  store: Record<string, (...parameters: never[]) => unknown>,
  operation: string,
  mergeId: string,
  flow: Flow,
): void {
  const original = store[operation]!;
  store[operation] = async (...parameters) => {
    store[operation] = original;
    await undoMerge(mergeId, "sam", flow.app);
    return original(...parameters);
  };
}

const asRecord = (store: object) => store as Record<string, (...parameters: never[]) => unknown>;

test("a message that was routed as somebody's is theirs alone who wrote it, when the join is undone before it is applied", async () => {
  const { flow, textId, mergeId } = await mistaken();
  undoneBefore(asRecord(flow.stores.conversations), "applyMessage", mergeId, flow);
  const lateId = await write(flow, erika.web, "And this is from the other person, in the chat.");
  const [text, late] = [await conversationOf(flow, textId), await conversationOf(flow, lateId)];
  expect(text.address).toBe(erika.sms.address);
  expect(late.id).not.toBe(text.id);
  expect(late).toMatchObject({ customerId: (await customerAt(flow, erika.web)).id, address: erika.web.address });
  expect((await customerAt(flow, erika.web)).openConversationId).toBe(late.id);
});

test("who opened the conversation goes on in it, when the join is undone before their message is applied", async () => {
  const { flow, textId, mergeId } = await mistaken();
  undoneBefore(asRecord(flow.stores.conversations), "applyMessage", mergeId, flow);
  const lateId = await write(flow, erika.sms, "And this is from whoever wrote first.");
  const [text, late] = [await conversationOf(flow, textId), await conversationOf(flow, lateId)];
  expect(late.id).toBe(text.id);
  expect(late.address).toBe(erika.sms.address);
});

test("a conversation is its customer's whose slot it has, when the join is undone before that is claimed", async () => {
  const { flow, textId, mergeId } = await mistaken();
  const { id } = await conversationOf(flow, textId);
  await flow.call({ id: "sam", role: "supervisor" }, "POST", `/v1/conversations/${id}/resolve`);
  await flow.settle();
  expect((await customerAt(flow, erika.web)).openConversationId).toBeUndefined();
  undoneBefore(asRecord(flow.stores.customers), "claimOpenConversation", mergeId, flow);
  const lateId = await write(flow, erika.web, "And this is from the other person, in the chat.");
  const late = await conversationOf(flow, lateId);
  const customer = await customerAt(flow, erika.web);
  expect(customer.openConversationId).toBe(late.id);
  expect(late.customerId).toBe(customer.id);
});

/** What was said in the chat was resolved before the two were joined, and what came as a text since. */
async function resolvedOnBothSides() {
  const { flow, textId, chatId } = await twoConversations();
  const sides = [await customerAt(flow, erika.sms), await customerAt(flow, erika.web)] as const;
  const [text, chat] = [await conversationOf(flow, textId), await conversationOf(flow, chatId)];
  for (const { id } of [text, chat])
    await flow.call({ id: "sam", role: "supervisor" }, "POST", `/v1/conversations/${id}/resolve`);
  await flow.settle();
  const evidence = { kind: "agent", at: "2026-11-02T09:30:00.000Z", by: "agent-en" } as const;
  const [survivorId, fromId] = sides.map(({ id }) => id) as [string, string];
  const result = await mergeCustomers({ survivorId, fromId, evidence }, flow.app);
  if (result.outcome !== "merged") throw new Error(result.outcome);
  await flow.settle();
  undoneBefore(asRecord(flow.stores.customers), "claimForReopening", result.merge.id, flow);
  return { flow, chat, chatId };
}

test.each<[string, (chatId: string, flow: Flow) => Promise<unknown>]>([
  ["somebody", (id, flow) => flow.call({ id: "sam", role: "supervisor" }, "POST", `/v1/conversations/${id}/reopen`)],
  [
    "an answer to it",
    (conversationId, flow) => {
      const { message, ...job } = inboundJob(erika.web, "And one more thing, please.", flow);
      const body = { ...job, message: { ...message, answers: { conversationId, providerIds: [] } } };
      return flow.app.queues.inbound.send([{ body, groupId: idOf(erika.web) }]);
    },
  ],
])(
  "a conversation that %s opens again is theirs who opened it first, when the join is undone meanwhile",
  async (_, open) => {
    const { flow, chat, chatId } = await resolvedOnBothSides();
    await open(chat.id, flow);
    await flow.settle();
    const customer = await customerAt(flow, erika.web);
    const reopened = await conversationOf(flow, chatId);
    expect(reopened).toMatchObject({ status: "assigned", customerId: customer.id, address: erika.web.address });
    expect(customer.openConversationId).toBe(chat.id);
    expect((await customerAt(flow, erika.sms)).openConversationId).toBeUndefined();
  },
);
