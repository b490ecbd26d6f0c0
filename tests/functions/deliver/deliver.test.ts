import { describe, expect, it } from "vitest";
import { isGenuine, pass, respond, setState, shown, watched } from "./receiver.ts";
import { anna, operator } from "../../flow/harness.ts";
import { HttpOutcomeUnknown } from "../../../shared/ports/http.ts";
import { createSecret } from "../../../shared/tools/webhook/secret.ts";

const minute = 60_000;
const hour = 60 * minute;
const ben = "+4915112345679";
const question = "Hello, could you please help me with my order?";

const noAnswer = () => {
  throw new HttpOutcomeUnknown("No answer from https://receiver.example: none within 15000 ms");
};

describe("events on their way to a webhook", () => {
  it("arrive once each, signed so that only the webhook's own secret verifies them", async () => {
    const { flow, receiver, webhook } = await watched();
    await flow.text(question);
    expect(receiver.types).toEqual(["message.received", "conversation.waiting", "conversation.assigned"]);
    expect(new Set(receiver.taken.map(({ id }) => id)).size).toBe(3);
    const another = createSecret(flow.app.random);
    for (const { call } of receiver.taken) {
      expect(isGenuine(call, webhook.secret)).toBe(true);
      expect(isGenuine(call, another)).toBe(false);
      expect(isGenuine({ ...call, body: `${call.body} ` }, webhook.secret)).toBe(false);
    }
  });

  it("arrive once and in order at a receiver that failed for 25 hours", async () => {
    const watching = await watched();
    const { flow, receiver } = watching;
    receiver.answer = () => 500;
    for (const [from, hours] of [
      [anna, 0],
      [ben, 1],
      [anna, 10],
      [ben, 9],
      [anna, 5],
    ] as const) {
      await pass(flow, hours * hour, 30 * minute);
      await flow.text(question, from);
    }
    expect(receiver.taken).toEqual([]);
    expect(await shown(watching)).toMatchObject({ state: "failing", lastError: { status: 500 }, lastSuccessAt: null });
    const { waiting } = await shown(watching);
    receiver.answer = () => 200;
    await pass(flow, 4 * hour, 10 * minute);
    expect(receiver.taken).toHaveLength(waiting);
    expect(new Set(receiver.taken.map(({ id }) => id)).size).toBe(waiting);
    for (const events of Map.groupBy(receiver.taken, ({ conversationId }) => conversationId).values()) {
      const times = events.map(({ timestamp }) => timestamp);
      expect(times).toEqual(times.toSorted());
      expect(events.slice(0, 2).map(({ type }) => type)).toEqual(["message.received", "conversation.waiting"]);
    }
    expect(await shown(watching)).toMatchObject({ state: "active", waiting: 0 });
  });

  it("wait behind one that fails in their own conversation, and in no other", async () => {
    const { flow, receiver } = await watched(["message.received"]);
    receiver.answer = ({ data }) => (data.message.text === "poison" ? 500 : 200);
    await flow.text("poison");
    await flow.text("after the poison");
    await flow.text("elsewhere", ben);
    expect(receiver.taken.map(({ data }) => data.message.text)).toEqual(["elsewhere"]);
    receiver.answer = () => 200;
    await pass(flow, 2 * minute);
    expect(receiver.taken.map(({ data }) => data.message.text)).toEqual(["elsewhere", "poison", "after the poison"]);
  });

  it("are not tried ahead of time because something newer happened", async () => {
    const { flow, receiver } = await watched(["message.received"]);
    receiver.answer = () => 500;
    await flow.text("one");
    await pass(flow, 10 * minute);
    const { length } = receiver.tried;
    await flow.text("two");
    expect(receiver.tried).toHaveLength(length);
  });

  it("go to each webhook that wants them, and one that fails delays no other", async () => {
    const { flow, receiver } = await watched(["message.received"]);
    const other = { url: "https://other.example/", events: ["message.received", "conversation.assigned"] };
    await flow.call(operator, "POST", "/v1/webhooks", other);
    await flow.advance(minute);
    receiver.answer = ({ call }) => (call.url === other.url ? 200 : 503);
    await flow.text(question);
    expect(receiver.types).toEqual(["message.received", "conversation.assigned"]);
    expect(receiver.taken.every(({ call }) => call.url === other.url)).toBe(true);
  });

  it("are found by the repeated step where the queue did not take their waking", async () => {
    const { flow, receiver } = await watched(["message.received"]);
    flow.queues.deliveries.failures = 1;
    await flow.text(question);
    await flow.settle();
    expect(receiver.types).toEqual(["message.received"]);
  });
});

describe("a receiver", () => {
  it("that answers 410 is sent nothing more, and gets what waited once it is taken up again", async () => {
    const watching = await watched();
    const { flow, receiver } = watching;
    receiver.answer = () => 410;
    await flow.text(question);
    expect(receiver.tried).toHaveLength(1);
    expect(await shown(watching)).toMatchObject({ state: "disabled", lastError: { status: 410 }, waiting: 3 });
    receiver.answer = () => 200;
    await flow.advance(minute);
    await flow.text("while it is disabled");
    await pass(flow, 6 * hour, 10 * minute);
    expect(receiver.tried).toHaveLength(1);
    await setState(watching, "active");
    await flow.settle();
    expect(receiver.types.slice(0, 2)).toEqual(["message.received", "conversation.waiting"]);
    expect(receiver.taken).toHaveLength(3);
    expect(await shown(watching)).toMatchObject({ state: "active", waiting: 0 });
  });

  it("that a person disabled stays so whatever is still under way", async () => {
    const watching = await watched(["message.received"]);
    const { flow, receiver } = watching;
    receiver.answer = () => 500;
    await flow.text(question);
    await setState(watching, "disabled");
    receiver.answer = () => 200;
    await pass(flow, hour);
    expect(await shown(watching)).toMatchObject({ state: "disabled", waiting: 1 });
    expect(receiver.taken).toEqual([]);
  });

  it("that does not answer is left in peace: one event at a time tries it", async () => {
    const { flow, receiver } = await watched(["message.received"]);
    receiver.answer = noAnswer;
    for (let index = 0; index < 20; index += 1) await flow.text("Is anybody there?", `+49151000001${index + 10}`);
    await pass(flow, hour);
    expect(receiver.tried.length).toBeLessThanOrEqual(10);
    receiver.answer = () => 200;
    await pass(flow, 20 * minute);
    expect(receiver.taken.length).toBeGreaterThanOrEqual(15);
    await pass(flow, 2 * hour, 10 * minute);
    expect(receiver.taken).toHaveLength(20);
  });

  it("says by Retry-After how long it wants to be left alone", async () => {
    const { flow, receiver } = await watched(["message.received"]);
    receiver.answer = () => respond(429, { "retry-after": "3600" });
    await flow.text(question);
    await pass(flow, 58 * minute);
    expect(receiver.tried).toHaveLength(1);
    receiver.answer = () => 200;
    await pass(flow, 3 * minute);
    expect(receiver.taken).toHaveLength(1);
  });

  it("has both secrets for a day after they were rotated, and then the new one alone", async () => {
    const { flow, receiver, webhook } = await watched(["message.received"]);
    const { body } = await flow.call(operator, "POST", `/v1/webhooks/${webhook.id}/rotate`);
    expect(body.secret).not.toBe(webhook.secret);
    await flow.text("on the day");
    await flow.advance(24 * hour);
    await flow.text("the day after");
    const [during, after] = receiver.taken.map(({ call }) => call);
    expect([isGenuine(during!, body.secret), isGenuine(during!, webhook.secret)]).toEqual([true, true]);
    expect([isGenuine(after!, body.secret), isGenuine(after!, webhook.secret)]).toEqual([true, false]);
  });

  it("that was removed gets nothing, and nothing waits for it", async () => {
    const { flow, receiver, webhook } = await watched();
    await flow.call(operator, "DELETE", `/v1/webhooks/${webhook.id}`);
    // This process still remembers it for a minute.
    await flow.text(question);
    expect(receiver.tried).toEqual([]);
    expect((await flow.stores.webhooks.backlog(webhook.id, { limit: 10 })).items).toEqual([]);
  });
});

describe("an event whose last try has failed", () => {
  const givenUp = async (answer: () => number, meanwhile?: string) => {
    const watching = await watched(["message.received"]);
    const { flow, receiver } = watching;
    receiver.answer = ({ data }) => (data.message.text === meanwhile ? 200 : answer());
    await flow.text("lost?");
    await pass(flow, 40 * hour, 30 * minute);
    if (meanwhile) await flow.text(meanwhile, ben);
    await pass(flow, 41 * hour, 30 * minute);
    const { items } = (await flow.call(operator, "GET", "/v1/parked")).body;
    return { ...watching, parked: items };
  };

  it("is parked, and its webhook goes on where others got through", async () => {
    const watching = await givenUp(() => 500, "fine");
    const { flow, receiver, parked } = watching;
    expect(parked).toMatchObject([{ kind: "delivery", reason: expect.stringContaining("76 hours") }]);
    expect(await shown(watching)).toMatchObject({ state: "failing", waiting: 0 });
    const conversation = await flow.stores.conversations.get(parked[0].conversationId);
    expect(conversation?.gap).toBeUndefined();

    receiver.answer = () => 500;
    expect((await flow.call(operator, "POST", `/v1/parked/${parked[0].id}/redrive`)).status).toBe(202);
    await flow.settle();
    const again = (await flow.call(operator, "GET", "/v1/parked")).body.items;
    expect(again).toMatchObject([{ kind: "delivery", reason: "The receiver answered 500." }]);

    receiver.answer = () => 200;
    await flow.call(operator, "POST", `/v1/parked/${again[0].id}/redrive`);
    await flow.settle();
    expect(receiver.taken.map(({ data }) => data.message.text)).toEqual(["fine", "lost?"]);
    expect((await flow.call(operator, "GET", "/v1/parked")).body.items).toEqual([]);
  });

  it("is parked, and its webhook disabled where nothing got through", async () => {
    const watching = await givenUp(noAnswer);
    const { flow, parked } = watching;
    expect(parked).toHaveLength(1);
    const { state, lastError } = await shown(watching);
    expect(state).toBe("disabled");
    expect(lastError.message).toMatch(/^Nothing got through for 76 hours, so it was disabled\./);
    await flow.call(operator, "POST", `/v1/parked/${parked[0].id}/redrive`);
    await flow.settle();
    const again = (await flow.call(operator, "GET", "/v1/parked")).body.items;
    expect(again).toMatchObject([{ reason: expect.stringContaining("set its state to active") }]);
  });
});
