import { describe, expect, test } from "vitest";
import { agent, onlyConversation, operator, started, supervisor, type Flow } from "./harness.ts";
import { messageIdOfSend } from "../../shared/core/ids.ts";
import type { OutboundStored } from "../../shared/core/message.ts";
import { mergeCustomers } from "../../shared/flow/join.ts";
import { acceptReply, automaticAuthor } from "../../shared/flow/reply.ts";
import { recordStatus } from "../../shared/flow/statuses.ts";
import { HttpOutcomeUnknown } from "../../shared/ports/http.ts";

/** What an agent learns of a reply that did not go out. */

const holder = agent("agent-en");
let keys = 0;

async function reply(flow: Flow, id: string, text = "Gladly."): Promise<OutboundStored> {
  // No report of the simulated provider's comes before ours.
  flow.network.next.push(async () => ({
    status: 201,
    headers: {},
    body: `{"sid":"SM${(keys += 1)}","status":"queued"}`,
  }));
  const headers = { "idempotency-key": `key-${keys}` };
  const { body } = await flow.call(holder, "POST", `/v1/conversations/${id}/messages`, { text }, headers);
  await flow.advance(1000);
  return (await flow.stores.messages.get(body.id)) as OutboundStored;
}

async function fails(flow: Flow, { sendId }: OutboundStored): Promise<void> {
  const error = { code: "blocked", message: "The carrier blocked it." };
  await recordStatus({ kind: "status", of: { sendId }, status: "failed", error }, flow.app);
  await flow.settle();
}

async function resolve(flow: Flow, id: string): Promise<void> {
  expect((await flow.call(holder, "POST", `/v1/conversations/${id}/resolve`)).status).toBe(200);
  await flow.advance(1000);
}

const openDesk = (flow: Flow): Promise<void> =>
  flow.stores.sockets.put({
    connectionId: "desk",
    agentId: "agent-en",
    supervisor: false,
    expiresAt: "2026-11-03T09:00:00.000Z",
  });

const shown = async (flow: Flow, id: string) => (await flow.call(supervisor, "GET", `/v1/conversations/${id}`)).body;

describe("a reply that fails after it was taken", () => {
  test("opens its conversation again where that was resolved, once", async () => {
    const { flow, id } = await started();
    const sent = await reply(flow, id);
    await resolve(flow, id);
    await fails(flow, sent);
    expect(await shown(flow, id)).toMatchObject({ status: "assigned", agentId: "agent-en", unsent: true });
    await flow.advance(1000);
    await resolve(flow, id);
    await fails(flow, sent);
    expect(await shown(flow, id)).toMatchObject({ status: "resolved", unsent: false });
  });

  test("marks it where it is open, until a person answers again, and tells its holder's desk", async () => {
    const { flow, id } = await started();
    const sent = await reply(flow, id);
    await openDesk(flow);
    await fails(flow, sent);
    expect(flow.desks.framesOf("desk")).toContainEqual({ type: "conversation", conversationId: id });
    const { messageVersion } = await shown(flow, id);
    await fails(flow, sent);
    expect(await shown(flow, id)).toMatchObject({ status: "assigned", unsent: true, messageVersion });
    await acceptReply(
      {
        messageId: "msg_automatic",
        conversation: (await flow.stores.conversations.get(id))!,
        text: "We are here from nine to five.",
        author: automaticAuthor,
      },
      flow.app,
    );
    expect(await shown(flow, id)).toMatchObject({ unsent: true });
    await flow.advance(1000);
    await reply(flow, id, "Once more.");
    expect(await shown(flow, id)).toMatchObject({ unsent: false });
    await fails(flow, sent);
    expect(await shown(flow, id)).toMatchObject({ unsent: false });
  });

  test("comes back also where whoever noted it died before telling", async () => {
    const { flow, id } = await started();
    const sent = await reply(flow, id);
    const { send } = flow.queues.timers;
    flow.queues.timers.send = async (entries) => {
      if (!entries[0]?.delaySeconds) throw new Error("died");
      await send.call(flow.queues.timers, entries);
    };
    await expect(fails(flow, sent)).rejects.toThrow("died");
    expect(await shown(flow, id)).toMatchObject({ unsent: false });
    await flow.advance(60_000);
    expect(await shown(flow, id)).toMatchObject({ unsent: true });
  });

  test("is no news where nobody wrote it", async () => {
    const { flow, id } = await started();
    const conversation = (await flow.stores.conversations.get(id))!;
    await acceptReply(
      { messageId: "msg_automatic", conversation, text: "We are closed.", author: automaticAuthor },
      flow.app,
    );
    await fails(flow, (await flow.stores.messages.get("msg_automatic")) as OutboundStored);
    expect(await shown(flow, id)).toMatchObject({ unsent: false });
  });

  test("keeps an agent from resolving past it, and wakes what was set aside", async () => {
    const { flow, id } = await started();
    const sent = await reply(flow, id);
    const { messageVersion } = await shown(flow, id);
    const until = new Date(flow.clock.now() + 86_400_000).toISOString();
    expect((await flow.call(holder, "POST", `/v1/conversations/${id}/snooze`, { until })).status).toBe(200);
    await fails(flow, sent);
    expect(await shown(flow, id)).toMatchObject({ status: "assigned", unsent: true });
    const refused = await flow.call(holder, "POST", `/v1/conversations/${id}/resolve`, { messageVersion });
    expect(refused).toMatchObject({ status: 409, body: { reason: "newer-message" } });
    // Who knows of it may set the conversation aside again.
    await flow.call(holder, "POST", `/v1/conversations/${id}/snooze`, { until });
    await fails(flow, sent);
    expect(await shown(flow, id)).toMatchObject({ status: "snoozed" });
  });

  test("is looked after in the conversation that the customer has open by now", async () => {
    const { flow, id } = await started();
    const sent = await reply(flow, id);
    await resolve(flow, id);
    await flow.text("Hello again, could you please help me with another thing?");
    const { id: openId } = await onlyConversation(flow, holder, "assigned");
    expect(openId).not.toBe(id);
    await fails(flow, sent);
    expect(await shown(flow, id)).toMatchObject({ status: "resolved", unsent: false });
    expect(await shown(flow, openId)).toMatchObject({ unsent: true });
  });

  test("waits for the conversation that the customer is about to open, whose first message is still on its way", async () => {
    const { flow, id } = await started();
    const sent = await reply(flow, id);
    await resolve(flow, id);
    const { applyMessage } = flow.stores.conversations;
    flow.stores.conversations.applyMessage = async () => {
      throw new Error("died");
    };
    await flow.text("Hello again, could you please help me with another thing?");
    await fails(flow, sent);
    flow.stores.conversations.applyMessage = applyMessage;
    await flow.advance(1000);
    const { id: openId } = await onlyConversation(flow, holder, "assigned");
    await flow.settle();
    expect(await shown(flow, openId)).toMatchObject({ unsent: true });
    expect(await shown(flow, id)).toMatchObject({ status: "resolved", unsent: false });
  });

  test("comes back also while another conversation that is just over keeps the customer's place", async () => {
    const { flow, id } = await started();
    const sent = await reply(flow, id);
    await resolve(flow, id);
    await flow.text("Hello again, could you please help me with another thing?");
    const { id: openId } = await onlyConversation(flow, holder, "assigned");
    const { freeOpenConversation } = flow.stores.customers;
    flow.stores.customers.freeOpenConversation = async () => {
      throw new Error("died");
    };
    await flow.call(holder, "POST", `/v1/conversations/${openId}/resolve`);
    await fails(flow, sent);
    flow.stores.customers.freeOpenConversation = freeOpenConversation;
    await flow.call(supervisor, "PUT", "/v1/agents/agent-de/presence", { status: "available" });
    await flow.advance(1000);
    expect(await shown(flow, id)).toMatchObject({ status: "assigned", unsent: true });
  });

  test("is looked after where a merge lets its conversation go on", async () => {
    const { flow, id } = await started();
    await flow.advance(1000);
    await flow.text("Hello, my other phone. Could you please help me there?", "+4915112345699");
    const [first, second] = (await flow.call(holder, "GET", "/v1/conversations?status=assigned")).body.items;
    const other = first.id === id ? second : first;
    const sent = await reply(flow, other.id);
    const [survivorId, fromId] = [(await shown(flow, id)).customerId, other.customerId];
    const evidence = { kind: "agent", at: "2026-11-02T09:00:00.000Z", by: "sam" } as const;
    await mergeCustomers({ survivorId, fromId, evidence }, flow.app);
    await flow.settle();
    expect(await shown(flow, other.id)).toMatchObject({ continuedIn: id });
    await resolve(flow, id);
    await fails(flow, sent);
    expect(await shown(flow, id)).toMatchObject({ status: "assigned", unsent: true });
    expect(await shown(flow, other.id)).toMatchObject({ status: "resolved" });
  });

  test("comes back when the gate refuses it only as it is handed over, and whoever noted that dies", async () => {
    const { flow, id } = await started();
    const path = `/v1/conversations/${id}/messages`;
    const { body } = await flow.call(holder, "POST", path, { text: "Gladly." }, { "idempotency-key": "refused" });
    const { identityId } = (await flow.stores.conversations.get(id))!;
    await flow.stores.identities.setBlocked(identityId, { at: "2026-11-02T09:00:00.000Z", by: "sam" });
    flow.queues.timers.failures = 1;
    await flow.settle();
    expect(flow.queues.outbound.waiting).toHaveLength(1);
    await flow.settle();
    expect(await shown(flow, id)).toMatchObject({ unsent: true });
    expect(await flow.stores.messages.get(body.id)).toMatchObject({ status: "failed" });
  });
});

/** A reply of which nobody knows whether it went out is parked, and its conversation says so. */
async function inDoubt(): Promise<{ flow: Flow; id: string; parkedId: string; messageId: string }> {
  const { flow, id } = await started();
  const lost = async () => {
    throw new HttpOutcomeUnknown("cut");
  };
  flow.network.next.push(...Array.from({ length: 8 }, () => lost));
  await flow.call(holder, "POST", `/v1/conversations/${id}/messages`, { text: "Gladly." }, { "idempotency-key": "k" });
  for (let minute = 0; minute < 4; minute += 1) await flow.advance(60_000);
  flow.network.next.length = 0;
  const [send] = (await flow.call(operator, "GET", "/v1/sends")).body.items;
  return { flow, id, parkedId: send.actions[0].path.split("/")[3], messageId: messageIdOfSend(send.id) };
}

describe("the gap that a parked reply leaves", () => {
  test.each([
    ["went-out", 200],
    ["redrive", 202],
  ])("is closed by %s, and desks hear of both", async (action, status) => {
    const { flow, id, parkedId } = await inDoubt();
    expect(await shown(flow, id)).toMatchObject({ gap: true });
    await openDesk(flow);
    expect((await flow.call(operator, "POST", `/v1/parked/${parkedId}/${action}`)).status).toBe(status);
    expect(flow.desks.framesOf("desk")).toContainEqual({ type: "conversation", conversationId: id });
    expect(await shown(flow, id)).toMatchObject({ gap: false });
  });

  test("stays while something else of it is parked", async () => {
    const { flow, id, parkedId } = await inDoubt();
    await flow.stores.conversations.markGap(id, "prk_other");
    await flow.call(operator, "POST", `/v1/parked/${parkedId}/went-out`);
    expect(await shown(flow, id)).toMatchObject({ gap: true });
  });

  test("is closed by whoever asks again after a crash half-way", async () => {
    const { flow, id, parkedId } = await inDoubt();
    const { remove } = flow.stores.parked;
    flow.stores.parked.remove = async () => {
      flow.stores.parked.remove = remove;
      throw new Error("died");
    };
    expect((await flow.call(operator, "POST", `/v1/parked/${parkedId}/went-out`)).status).toBe(500);
    expect((await flow.call(operator, "GET", "/v1/sends")).body.items).toEqual([]);
    expect(await shown(flow, id)).toMatchObject({ gap: false });
    expect(await flow.stores.parked.get(parkedId)).toBeUndefined();
  });

  test("is closed once evidence came and somebody looks", async () => {
    const { flow, id, messageId } = await inDoubt();
    const { sendId } = (await flow.stores.messages.get(messageId)) as OutboundStored;
    await recordStatus({ kind: "status", of: { sendId }, status: "delivered" }, flow.app);
    expect((await flow.call(operator, "GET", "/v1/sends")).body.items).toEqual([]);
    expect(await shown(flow, id)).toMatchObject({ gap: false });
  });
});
