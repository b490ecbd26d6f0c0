import { describe, expect, test } from "vitest";
import { agent, anna, available, createFlow, onlyConversation, operator, supervisor, type Flow } from "./harness.ts";
import { conversationOf, erika, idOf, vouched, write } from "./join-support.ts";
import { joinAddresses } from "../../shared/flow/join.ts";
import { HttpNotSent, HttpOutcomeUnknown } from "../../shared/ports/http.ts";

async function conversationWith(flow: Flow): Promise<string> {
  await available(flow, "agent-en");
  await flow.text("Hello, could you please help me with my order?");
  return (await onlyConversation(flow, agent("agent-en"), "assigned")).id;
}

const reply = (flow: Flow, id: string, text: string, key = text) =>
  flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/messages`, { text }, { "idempotency-key": key });

const statusOf = async (flow: Flow, messageId: string) => {
  const message = await flow.stores.messages.get(messageId);
  return message?.direction === "out" ? message.status : undefined;
};

/** What has reached the customer's phone; the carrier takes a moment. */
async function texts(flow: Flow): Promise<string[]> {
  await flow.clock.advance(1_000);
  return flow.twilio.outbox({ to: anna }).map((item) => item.text);
}

/** A reply whose outcome nobody could find out. */
async function parkedReply() {
  const flow = createFlow();
  const conversationId = await conversationWith(flow);
  const lost = () => Promise.reject(new HttpOutcomeUnknown("time-out"));
  flow.network.next.push(...Array.from({ length: 12 }, () => lost));
  const { body } = await reply(flow, conversationId, "Gladly.");
  await flow.settle();
  await flow.advance(60_000);
  await flow.advance(60_000);
  flow.network.next.length = 0;
  const { items } = (await flow.call(operator, "GET", "/v1/parked")).body;
  return { flow, messageId: body.id as string, id: items[0].id as string };
}

describe("a reply on its way out", () => {
  test("is sent, and delivered once the provider says so", async () => {
    const flow = createFlow();
    const id = await conversationWith(flow);
    const { body } = await reply(flow, id, "Gladly.");
    await flow.settle();
    expect(await statusOf(flow, body.id)).toBe("sent");
    await flow.advance(1_000);
    expect(await statusOf(flow, body.id)).toBe("delivered");
    expect(await texts(flow)).toEqual(["Gladly."]);
  });

  test("whose statuses come in the opposite order is delivered all the same", async () => {
    const flow = createFlow();
    flow.twilio.behaviour.statusOrder = "reversed";
    const { body } = await reply(flow, await conversationWith(flow), "Gladly.");
    await flow.settle();
    await flow.advance(1_000);
    expect(await statusOf(flow, body.id)).toBe("delivered");
  });

  test("that could not be handed over goes out when it is tried again", async () => {
    const flow = createFlow();
    const id = await conversationWith(flow);
    flow.network.next.push(() => Promise.reject(new HttpNotSent("ECONNREFUSED")));
    const { body } = await reply(flow, id, "Gladly.");
    await flow.settle();
    expect(await statusOf(flow, body.id)).toBe("queued");
    await flow.advance(60_000);
    expect(await texts(flow)).toEqual(["Gladly."]);
  });

  test("whose answer was lost is found at the provider and not sent again", async () => {
    const flow = createFlow();
    const id = await conversationWith(flow);
    flow.twilio.behaviour.statusOrder = "withheld";
    flow.network.next.push(async (request, reach) => {
      await reach(request);
      throw new HttpOutcomeUnknown("time-out");
    });
    const { body } = await reply(flow, id, "Gladly.");
    await flow.queues.outbound.work((batch) => flow.work.send(batch));
    expect(await statusOf(flow, body.id)).toBe("unknown");
    await flow.advance(60_000);
    expect(await statusOf(flow, body.id)).toMatch(/sent|delivered/);
    expect(await texts(flow)).toEqual(["Gladly."]);
  });

  test("is not taken for one like it that went to the same number in another conversation, before a merge", async () => {
    const flow = createFlow();
    await available(flow, "agent-en");
    const chatId = await write(flow, erika.web, "Hello, could you please help me with my order?");
    const textId = await write(flow, erika.sms, "Hello, could you please help me with my order, by text?");
    const [chat, text] = [await conversationOf(flow, chatId), await conversationOf(flow, textId)];
    flow.twilio.behaviour.statusOrder = "withheld";
    await reply(flow, text.id, "Gladly.", "by text");
    await flow.queues.outbound.work((batch) => flow.work.send(batch));
    await joinAddresses({ addresses: [erika.sms, erika.web], evidence: vouched }, flow.app);
    flow.network.next.push(() => Promise.reject(new HttpOutcomeUnknown("time-out")));
    const body = { text: "Gladly.", identityId: idOf(erika.sms) };
    const path = `/v1/conversations/${chat.id}/messages`;
    await flow.call(agent("agent-en"), "POST", path, body, { "idempotency-key": "by chat" });
    await flow.settle();
    await flow.advance(60_000);
    await flow.clock.advance(1_000);
    const received = flow.twilio.outbox({ to: erika.sms.address }).map((item) => item.text);
    expect(received).toEqual(["Gladly.", "Gladly."]);
  });

  test("that the provider surely never took is sent again, and what waited behind it stays behind it", async () => {
    const flow = createFlow();
    const id = await conversationWith(flow);
    flow.network.next.push(() => Promise.reject(new HttpOutcomeUnknown("time-out")));
    const first = await reply(flow, id, "One.");
    await reply(flow, id, "Two.");
    await flow.settle();
    expect(await statusOf(flow, first.body.id)).toBe("unknown");
    expect(await texts(flow)).toEqual([]);
    await flow.advance(60_000);
    expect(await texts(flow)).toEqual(["One.", "Two."]);
  });

  test("whose outcome nobody can find out is parked after two minutes, and an operator sends it", async () => {
    const flow = createFlow();
    const id = await conversationWith(flow);
    const lost = () => Promise.reject(new HttpOutcomeUnknown("time-out"));
    flow.network.next.push(...Array.from({ length: 12 }, () => lost));
    const { body } = await reply(flow, id, "Gladly.");
    await flow.settle();
    await flow.advance(60_000);
    await flow.advance(60_000);
    expect(await statusOf(flow, body.id)).toBe("parked");
    const parked = await flow.call(operator, "GET", "/v1/parked");
    expect(parked.body.items).toMatchObject([{ kind: "outbound", sendId: body.sendId }]);
    flow.network.next.length = 0;
    const redriven = await flow.call(operator, "POST", `/v1/parked/${parked.body.items[0].id}/redrive`);
    expect(redriven.status).toBe(202);
    await flow.settle();
    expect(await texts(flow)).toEqual(["Gladly."]);
    expect((await flow.call(operator, "GET", "/v1/parked")).body.items).toEqual([]);
  });

  test("that was parked stays listed when sending it on fails half-way", async () => {
    const { flow, id } = await parkedReply();
    flow.queues.outbound.failures = 1;
    expect((await flow.call(operator, "POST", `/v1/parked/${id}/redrive`)).status).toBe(500);
    expect((await flow.call(operator, "GET", "/v1/parked")).body.items).toMatchObject([{ id }]);
    expect((await flow.call(operator, "POST", `/v1/parked/${id}/redrive`)).status).toBe(202);
    await flow.settle();
    expect(await texts(flow)).toEqual(["Gladly."]);
  });

  test("whose outcome stays unknown after it was sent again holds nothing up for longer than two minutes", async () => {
    const flow = createFlow();
    const id = await conversationWith(flow);
    flow.network.next.push(() => Promise.reject(new HttpOutcomeUnknown("time-out")));
    const { body } = await reply(flow, id, "One.");
    await reply(flow, id, "Two.");
    await flow.settle();
    flow.network.next.push(
      (request, reach) => reach(request),
      () => Promise.reject(new HttpOutcomeUnknown("time-out")),
    );
    await flow.advance(60_000);
    expect(await statusOf(flow, body.id)).toBe("unknown");
    await flow.advance(60_000);
    expect(await statusOf(flow, body.id)).toBe("parked");
    expect(await texts(flow)).toEqual(["Two."]);
  });

  test("that the provider throttles for half an hour is parked, and what waited behind it is tried", async () => {
    const flow = createFlow();
    const id = await conversationWith(flow);
    flow.twilio.behaviour.throttledCalls = 31;
    const first = await reply(flow, id, "One.");
    await reply(flow, id, "Two.");
    for (let minute = 0; minute < 31; minute += 1) await flow.advance(60_000);
    expect(await statusOf(flow, first.body.id)).toBe("parked");
    expect(await texts(flow)).toEqual(["Two."]);
  });

  test("that was parked is off the list once a late status tells what became of it", async () => {
    const { flow, messageId } = await parkedReply();
    await flow.stores.messages.raiseStatus(messageId, { status: "delivered", at: "2026-11-02T09:05:00.000Z" });
    expect((await flow.call(operator, "GET", "/v1/parked")).body.items).toEqual([]);
    expect((await flow.stores.parked.list({ limit: 10 })).items).toEqual([]);
  });

  test("accepted before its conversation went to somebody else goes out, marked", async () => {
    const flow = createFlow();
    const id = await conversationWith(flow);
    await available(flow, "agent-de");
    await reply(flow, id, "Before.");
    await flow.call(supervisor, "POST", `/v1/conversations/${id}/transfer`, { agentId: "agent-de" });
    await flow.settle();
    const { body } = await flow.call(supervisor, "GET", `/v1/conversations/${id}/messages`);
    expect(body.items.at(-1)).toMatchObject({ author: "agent-en", afterReassignment: true });
    expect(await texts(flow)).toEqual(["Before."]);
  });

  test("that was stored but never queued is found by the sweep", async () => {
    const flow = createFlow();
    const id = await conversationWith(flow);
    flow.queues.outbound.failures = 1;
    expect((await reply(flow, id, "Gladly.")).status).toBe(500);
    expect(flow.queues.outbound.waiting).toEqual([]);
    await flow.advance(61_000);
    await flow.sweep();
    await flow.settle();
    expect(await texts(flow)).toEqual(["Gladly."]);
  });

  test("is found by the sweep though another check can't be read", async () => {
    const flow = createFlow();
    const id = await conversationWith(flow);
    const broken = {
      id: "msg_broken",
      dueAt: "2026-01-01T00:00:00.000Z",
      job: { kind: "send-check", messageId: "msg_broken" },
    } as const;
    await flow.stores.due.put(broken);
    const get = flow.stores.messages.get;
    flow.stores.messages.get = async (messageId) => {
      if (messageId === broken.id) throw new Error("a later schema version");
      return get(messageId);
    };
    flow.queues.outbound.failures = 1;
    await reply(flow, id, "Gladly.");
    await flow.advance(61_000);
    await flow.sweep();
    await flow.settle();
    expect(await texts(flow)).toEqual(["Gladly."]);
    expect(await flow.stores.due.due("2027-01-01T00:00:00.000Z", 10)).toEqual([broken]);
  });

  test("to a number that stopped messages in the meantime fails with the reason", async () => {
    const flow = createFlow();
    const id = await conversationWith(flow);
    const { body } = await reply(flow, id, "Gladly.");
    await flow.stores.identities.setOptOut(
      (await flow.stores.conversations.get(id))!.identityId,
      "sms-main",
      true,
      "2026-11-02T09:00:00.000Z",
      "99999999999999999999",
    );
    await flow.settle();
    const { body: messages } = await flow.call(supervisor, "GET", `/v1/conversations/${id}/messages`);
    expect(messages.items.at(-1)).toMatchObject({ id: body.id, status: "failed", error: { code: "opted-out" } });
    expect(await texts(flow)).toEqual([]);
  });
});

describe("an Idempotency-Key", () => {
  test("used again with the same body is the same message, sent once", async () => {
    const flow = createFlow();
    const id = await conversationWith(flow);
    const first = await reply(flow, id, "Gladly.", "key");
    await flow.settle();
    const second = await reply(flow, id, "Gladly.", "key");
    await flow.settle();
    expect(second).toMatchObject({ status: 202, body: { id: first.body.id } });
    expect(await texts(flow)).toEqual(["Gladly."]);
  });

  test("used again with another body is refused", async () => {
    const flow = createFlow();
    const id = await conversationWith(flow);
    await reply(flow, id, "Gladly.", "key");
    const second = await reply(flow, id, "Never.", "key");
    expect(second).toMatchObject({ status: 422, body: { errors: [{ field: "Idempotency-Key" }] } });
  });
});
