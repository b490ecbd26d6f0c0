import { expect, test } from "vitest";
import { conversationOf, customerAt, erika, inboundJob, poolCounts, twoConversations, write } from "./join-support.ts";
import { messageIdOf } from "../../shared/core/ids.ts";
import { mergeCustomers } from "../../shared/flow/join.ts";
import { undoMerge } from "../../shared/flow/undo-merge.ts";

/** Two persons count as one, and nothing is open; who texts next claims the slot of both, and dies before that is written. */
async function claimedAsOne() {
  const { flow, textId, chatId } = await twoConversations();
  const [survivor, from] = [await customerAt(flow, erika.web), await customerAt(flow, erika.sms)];
  const evidence = { kind: "agent", at: "2026-11-02T09:30:00.000Z", by: "agent-en" } as const;
  const result = await mergeCustomers({ survivorId: survivor.id, fromId: from.id, evidence }, flow.app);
  if (result.outcome !== "merged") throw new Error(result.outcome);
  await flow.settle();
  const { id } = await conversationOf(flow, textId);
  await flow.call({ id: "sam", role: "supervisor" }, "POST", `/v1/conversations/${id}/resolve`);
  await flow.settle();
  const { create, replacePlan } = flow.stores.messages;
  flow.stores.messages.create = async () => {
    throw new Error("crashed");
  };
  const job = inboundJob(erika.sms, "Hello, are you still there? I have another question.", flow);
  await flow.app.queues.inbound.send([{ body: job, groupId: "late" }]);
  await flow.settle();
  flow.stores.messages.create = create;
  flow.queues.inbound.waiting.length = 0;
  const claimedId = (await customerAt(flow, erika.web)).openConversationId!;
  let plans = 0;
  flow.stores.messages.replacePlan = async (...parameters) => {
    plans += 1;
    if (plans > 9) throw new Error("It is planned over and over.");
    return replacePlan(...parameters);
  };
  const comesAgain = async () => {
    await flow.app.queues.inbound.send([{ body: job, groupId: "late" }]);
    await flow.advance(1000);
    const { channel, accountId, providerId } = job.message;
    return conversationOf(flow, messageIdOf(channel, accountId, providerId));
  };
  return { flow, chatId, claimedId, mergeId: result.merge.id, comesAgain };
}

test("who claimed a conversation in which only the other one wrote opens their own, when the join was undone before they came again", async () => {
  const { flow, claimedId, mergeId, comesAgain } = await claimedAsOne();
  const otherId = await write(flow, erika.web, "And this is from the other person, in the chat.");
  expect((await conversationOf(flow, otherId)).id).toBe(claimedId);
  await undoMerge(mergeId, "sam", flow.app);
  const late = await comesAgain();
  const customer = await customerAt(flow, erika.sms);
  expect(late.id).not.toBe(claimedId);
  expect(late).toMatchObject({ customerId: customer.id, address: erika.sms.address });
  expect(customer.openConversationId).toBe(late.id);
  expect((await customerAt(flow, erika.web)).openConversationId).toBe(claimedId);
});

test("what goes on, when a join is undone, in a conversation that no pool has heard of comes before somebody", async () => {
  const { flow, chatId, claimedId, mergeId } = await claimedAsOne();
  const { message, ...job } = inboundJob(erika.web, "START", flow);
  await flow.app.queues.inbound.send([
    { body: { ...job, message: { ...message, optOut: "start" } }, groupId: "start" },
  ]);
  await flow.advance(1000);
  expect(await poolCounts(flow)).toEqual({ waiting: 0, assigned: 0, snoozed: 0 });
  await undoMerge(mergeId, "sam", flow.app);
  await flow.settle();
  expect(await conversationOf(flow, chatId)).toMatchObject({ continuedIn: claimedId });
  expect(await poolCounts(flow)).toEqual({ waiting: 0, assigned: 1, snoozed: 0 });
});
