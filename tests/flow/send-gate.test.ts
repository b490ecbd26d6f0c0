import { describe, expect, test } from "vitest";
import { anna, configuration, numbers, operator, started, supervisor, type Flow } from "./harness.ts";
import { answered, inParts, outOf, reply, startedWith, stored } from "./send-gate-support.ts";
import type { Inbox } from "../../shared/core/inbox.ts";
import type { InboundMessage } from "../../shared/core/message.ts";

/** Whoever takes a reply in dies before its first part is stored. */
function withoutFirstPart({ stores }: Flow): { end(): void } {
  const { create } = stores.messages;
  stores.messages.create = async (message) => {
    if (message.direction === "out" && message.part?.index === 0) throw new Error("ThrottlingException");
    return create(message);
  };
  return {
    end: () => {
      stores.messages.create = create;
    },
  };
}

describe("a provider that asks to be left alone", () => {
  test("gets nothing before the time that it named", async () => {
    const { flow, id } = await startedWith({});
    flow.network.next.push(answered(429, 20_429, { "retry-after": "300" }));
    const messageId = await reply(flow, id, "Gladly.");
    await flow.settle();
    expect(await stored(flow, messageId)).toMatchObject({ status: "queued", notBefore: "2026-11-02T09:05:00.000Z" });
    let calls = 0;
    flow.network.next.push((request, reach) => ((calls += 1), reach(request)));
    await flow.advance(299_000);
    expect(calls).toBe(0);
    await flow.advance(1_000);
    expect(calls).toBe(1);
    expect((await stored(flow, messageId)).status).toBe("sent");
  });

  test("for longer than a reply can wait gets nothing until a person decides", async () => {
    const { flow, id } = await startedWith({});
    flow.network.next.push(answered(429, 20_429, { "retry-after": "86400" }));
    const messageId = await reply(flow, id, "Gladly.");
    await flow.settle();
    let calls = 0;
    flow.network.next.push((request, reach) => ((calls += 1), reach(request)));
    await flow.advance(15 * 60_000);
    expect([calls, (await stored(flow, messageId)).status]).toEqual([0, "parked"]);
    const [item] = (await flow.call(operator, "GET", "/v1/parked")).body.items;
    expect(item.reason).toContain("2026-11-03T09:00:00.000Z");
    await flow.call(operator, "POST", `/v1/parked/${item.id}/redrive`);
    await flow.settle();
    expect([calls, (await stored(flow, messageId)).status]).toEqual([1, "sent"]);
  });

  test("for longer than a reply can wait holds nothing up, though whoever learnt so could not park it", async () => {
    const { flow, id } = await startedWith({});
    flow.network.next.push(answered(429, 20_429, { "retry-after": "86400" }));
    const first = await reply(flow, id, "One.");
    await reply(flow, id, "Two.");
    const { put } = flow.stores.parked;
    flow.stores.parked.put = async () => {
      flow.stores.parked.put = put;
      throw new Error("ThrottlingException");
    };
    await flow.settle();
    expect((await stored(flow, first)).status).toBe("queued");
    await flow.advance(60_000);
    expect((await stored(flow, first)).status).toBe("parked");
    await flow.advance(1_000);
    expect(flow.twilio.outbox({ to: anna }).map(({ text }) => text)).toEqual(["Two."]);
  });

  test("again and again is tried no longer after half an hour, and what waited behind has its own time", async () => {
    const { flow, id } = await startedWith({});
    const first = await reply(flow, id, "One.");
    const second = await reply(flow, id, "Two.");
    flow.network.next.push(
      ...["840", "840", "840", "60"].map((seconds) => answered(429, 20_429, { "retry-after": seconds })),
    );
    await flow.settle();
    for (let minute = 0; minute < 30; minute += 1) await flow.advance(60_000);
    expect((await stored(flow, first)).status).toBe("parked");
    expect(await stored(flow, second)).toMatchObject({ status: "queued", notTakenSince: "2026-11-02T09:30:00.000Z" });
    await flow.advance(60_000);
    expect((await stored(flow, second)).status).toBe("sent");
    const [item] = (await flow.call(operator, "GET", "/v1/parked")).body.items;
    expect(item.reason).toContain("since 2026-11-02T09:00:00.000Z");
    expect(item.reason).not.toContain("by itself");
  });
});

describe("a reply in parts", () => {
  test("arrives in its order", async () => {
    const { flow, id } = await startedWith({}, inParts);
    await reply(flow, id, "one two three four five");
    await flow.settle();
    await flow.advance(1_000);
    expect(flow.twilio.outbox({ to: anna }).map(({ text }) => text)).toEqual(["one two", "three four", "five"]);
  });

  test.each([
    ["the last one first", [2, 0, 1]],
    ["backwards", [2, 1, 0]],
    ["the first one missing", [1, 2]],
  ])("arrives in its order though the queue took it in another: %s", async (_, places) => {
    const { flow, id } = await startedWith({}, inParts);
    await reply(flow, id, "one two three four five");
    const { waiting } = flow.queues.outbound;
    waiting.splice(0, 3, ...places.map((place) => waiting[place]!));
    // Not at the first try either.
    flow.network.next.push(answered(429, 20_429));
    await flow.settle();
    expect((await outOf(flow, id)).map(({ status }) => status)).toEqual(["queued", "queued", "queued"]);
    await flow.advance(60_000);
    await flow.advance(1_000);
    expect(flow.twilio.outbox({ to: anna }).map(({ text }) => text)).toEqual(["one two", "three four", "five"]);
    expect(waiting).toEqual([]);
  });

  test("of which the first one never goes out waits for a person with it, in whichever order the queue has it", async () => {
    const { flow, id } = await startedWith({}, inParts);
    flow.network.next.push(answered(429, 20_429, { "retry-after": "86400" }));
    await reply(flow, id, "one two three four five");
    flow.queues.outbound.waiting.reverse();
    await flow.settle();
    const parts = await outOf(flow, id);
    expect(parts.map(({ status }) => status)).toEqual(["parked", "parked", "parked"]);
    const { items } = (await flow.call(operator, "GET", "/v1/parked")).body;
    expect(new Set(items.map(({ sendId }: { sendId: string }) => sendId))).toEqual(
      new Set(parts.map(({ sendId }) => sendId)),
    );
  });

  test("of which one is refused ends there", async () => {
    const { flow, id } = await startedWith({}, inParts);
    flow.network.next.push((request, reach) => reach(request), answered(400, 21_617));
    await reply(flow, id, "one two three four five");
    await flow.settle();
    const parts = await outOf(flow, id);
    expect(parts.map(({ status }) => status)).toEqual(["sent", "failed", "failed"]);
    expect(parts[2]!.error).toMatchObject({ code: "earlier-part-failed" });
  });

  test("of which one waits for a person, since its provider does not take it, waits with it", async () => {
    const { flow, id } = await startedWith({}, inParts);
    flow.network.next.push(answered(429, 20_429, { "retry-after": "86400" }));
    await reply(flow, id, "one two three four five");
    await flow.settle();
    expect((await outOf(flow, id)).map(({ status }) => status)).toEqual(["parked", "parked", "parked"]);
    for (const { sendId } of await outOf(flow, id)) {
      const { items } = (await flow.call(operator, "GET", "/v1/sends?state=parked")).body;
      const { actions } = items.find((each: { id: string }) => each.id === sendId);
      await flow.call(operator, "POST", actions[1].path);
    }
    await flow.settle();
    await flow.advance(1_000);
    expect(flow.twilio.outbox({ to: anna }).map(({ text }) => text)).toEqual(["one two", "three four", "five"]);
  });

  test("that was stored but never queued is found by the sweep, in its order", async () => {
    const { flow, id } = await startedWith({}, inParts);
    flow.queues.outbound.failures = 1;
    await expect(reply(flow, id, "one two three four five")).rejects.toThrow(/500/);
    await flow.advance(61_000);
    await flow.sweep();
    await flow.settle();
    await flow.advance(1_000);
    expect(flow.twilio.outbox({ to: anna }).map(({ text }) => text)).toEqual(["one two", "three four", "five"]);
  });

  test("that is taken in at the second try is in its order", async () => {
    const { flow, id } = await startedWith({}, inParts);
    const fails = withoutFirstPart(flow);
    await expect(reply(flow, id, "one two three four five", "again")).rejects.toThrow(/500/);
    fails.end();
    await flow.clock.advance(5_000);
    await reply(flow, id, "one two three four five", "again");
    await flow.settle();
    expect((await outOf(flow, id)).map(({ text, status }) => [text, status])).toEqual([
      ["one two", "sent"],
      ["three four", "sent"],
      ["five", "sent"],
    ]);
  });

  test("that is taken in at the second try, for where they have written since, leaves nothing of the first one", async () => {
    const { flow, id } = await startedWith({}, inParts);
    const fails = withoutFirstPart(flow);
    await expect(reply(flow, id, "one two three four five", "again")).rejects.toThrow(/500/);
    fails.end();
    await flow.text("It is urgent.", anna, numbers.second);
    await reply(flow, id, "one two three four five", "again");
    await flow.settle();
    await flow.advance(61_000);
    await flow.sweep();
    await flow.settle();
    const written = (await outOf(flow, id)).map(({ inboxId, text, status }) => [inboxId, text, status]);
    expect(written).toEqual([
      ["sms-second", "one two", "delivered"],
      ["sms-second", "three four", "delivered"],
      ["sms-second", "five", "delivered"],
    ]);
  });

  test("that two tries take in at once, for two addresses, is the one's that came first", async () => {
    const { flow, id } = await startedWith({}, inParts);
    const { create } = flow.stores.messages;
    flow.stores.messages.create = async (message) => {
      if (message.direction !== "out" || message.part?.index !== 0) return create(message);
      flow.stores.messages.create = create;
      await flow.text("It is urgent.", anna, numbers.second);
      await reply(flow, id, "one two three four five", "again");
      return create(message);
    };
    await reply(flow, id, "one two three four five", "again");
    await flow.settle();
    await flow.advance(61_000);
    await flow.sweep();
    await flow.settle();
    expect((await outOf(flow, id)).map(({ inboxId, text }) => [inboxId, text])).toEqual([
      ["sms-second", "one two"],
      ["sms-second", "three four"],
      ["sms-second", "five"],
    ]);
  });

  test("whose first one was never stored was not taken in: nothing of it goes out, and nothing stays", async () => {
    const { flow, id } = await startedWith({}, inParts);
    withoutFirstPart(flow);
    await expect(reply(flow, id, "one two three four five")).rejects.toThrow(/500/);
    expect(await outOf(flow, id)).toHaveLength(2);
    await flow.advance(61_000);
    await flow.sweep();
    await flow.settle();
    expect(await outOf(flow, id)).toEqual([]);
    expect(flow.twilio.outbox({ to: anna })).toEqual([]);
  });
});

describe("a window that is closed", () => {
  const page: Inbox = { id: "page", channel: "messenger", address: "1000" };
  const message: InboundMessage = {
    kind: "message",
    channel: "messenger",
    accountId: "1000",
    providerId: "m_1",
    from: "4711",
    inboxId: "page",
    text: "What are your opening hours?",
    media: [],
  };

  test("lets a person's answer out, marked as one, and nothing automatic", async () => {
    const { flow } = await started();
    flow.app.config = { ...configuration, inboxes: [...configuration.inboxes, page] };
    flow.secrets["meta"] = { appSecret: "s", verifyToken: "v", accessTokens: { "1000": "token" } };
    const receivedAt = new Date(flow.clock.now() - 25 * 3_600_000).toISOString();
    await flow.queues.inbound.send([{ body: { schemaVersion: 1, message, receivedAt } as never, groupId: "4711" }]);
    await flow.settle();
    expect(flow.logged).toContain("automatic-reply.refused");
    const { items } = (await flow.call(supervisor, "GET", "/v1/conversations?status=assigned")).body;
    const { id } = items.find(({ channel }: { channel: string }) => channel === "messenger");
    const sent: string[] = [];
    flow.network.next.push(async ({ body }) => {
      sent.push(body ?? "");
      return { status: 200, headers: {}, body: JSON.stringify({ recipient_id: "4711", message_id: "m_2" }) };
    });
    await reply(flow, id, "We are here from nine to five.");
    await flow.settle();
    expect(sent).toHaveLength(1);
    expect(JSON.parse(sent[0]!)).toMatchObject({ messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" });
  });
});

describe("what the gate let through when it was taken in", () => {
  test("is asked about again when it goes out", async () => {
    const { flow, id } = await startedWith({});
    const messageId = await reply(flow, id, "Gladly.");
    flow.app.config = {
      ...flow.app.config,
      inboxes: flow.app.config.inboxes.map((inbox) => ({ ...inbox, suspended: "the number is being moved" })),
    };
    await flow.settle();
    expect(await stored(flow, messageId)).toMatchObject({ status: "failed", error: { code: "inbox-suspended" } });
    expect(flow.twilio.outbox({ to: anna })).toEqual([]);
  });

  test("and refused by the provider says what is to be remembered of the address", async () => {
    const { flow, id } = await startedWith({});
    flow.network.next.push(answered(400, 21_610));
    await reply(flow, id, "Gladly.");
    await flow.settle();
    await expect(reply(flow, id, "Are you there?")).rejects.toThrow(/opted-out/);
  });

  test("an automatic reply passes it too", async () => {
    const { flow } = await startedWith({ suspended: "the number is being moved" });
    await flow.text("What are your opening hours?", "+4915112345699");
    expect(flow.twilio.outbox({ to: "+4915112345699" })).toEqual([]);
    expect(flow.logged).toContain("automatic-reply.refused");
  });
});
