import { describe, expect, test } from "vitest";
import { type Flow } from "./harness.ts";
import { answered, inParts, outOf, reply, startedWith, stored } from "./send-gate-support.ts";

const day = 24 * 3_600_000;

describe("a spending cap", () => {
  const spendCap = { perDayMicros: 200_000, priceMicros: [{ prefix: "", micros: 80_000 }], currency: "EUR" };
  const spent = async (flow: Flow) =>
    flow.stores.rates.amount("spend:sms-main", new Date(flow.clock.now() - (flow.clock.now() % day)).toISOString());

  test("holds for replies that were all taken in before one was sent", async () => {
    const { flow, id } = await startedWith({ spendCap });
    const ids = [await reply(flow, id, "One."), await reply(flow, id, "Two."), await reply(flow, id, "Three.")];
    await flow.settle();
    const messages = await Promise.all(ids.map((each) => stored(flow, each)));
    expect(messages.map(({ status, error }) => error?.code ?? status)).toEqual(["sent", "sent", "spend-cap"]);
    expect(await spent(flow)).toBe(160_000);
  });

  test("counts what a text is billed by", async () => {
    const { flow, id } = await startedWith({ spendCap });
    await reply(flow, id, "x".repeat(161));
    await flow.settle();
    expect(await spent(flow)).toBe(160_000);
  });

  test("refuses what comes then, until the next day (UTC)", async () => {
    const { flow, id } = await startedWith({ spendCap });
    await reply(flow, id, "One.");
    await reply(flow, id, "Two.");
    await flow.settle();
    await expect(reply(flow, id, "Three.")).rejects.toThrow(/spend-cap/);
    await flow.advance(day);
    await reply(flow, id, "Three.");
    await flow.settle();
    expect((await outOf(flow, id)).at(-1)).toMatchObject({ text: "Three.", status: "sent" });
  });

  test("counts nothing that the provider surely does not have", async () => {
    const { flow, id } = await startedWith({ spendCap });
    flow.network.next.push(answered(400, 21_617));
    const refused = await reply(flow, id, "One.");
    await flow.settle();
    expect((await stored(flow, refused)).status).toBe("failed");
    expect(await spent(flow)).toBe(0);
  });

  const askers = ["+4915112345601", "+4915112345602", "+4915112345603"];
  /** Each is answered automatically. */
  const askAll = async (flow: Flow) => {
    for (const asker of askers) await flow.text("What are your opening hours?", asker);
    await flow.advance(1_000);
  };
  const answersTo = (flow: Flow) => askers.flatMap((to) => flow.twilio.outbox({ to }));

  test("is not used up by automatic replies: half of it stays for people", async () => {
    const { flow, id } = await startedWith({ spendCap });
    await askAll(flow);
    expect(answersTo(flow)).toHaveLength(1);
    expect(flow.logged).toContain("automatic-reply.refused");
    await reply(flow, id, "One.");
    await flow.settle();
    expect((await outOf(flow, id)).at(-1)).toMatchObject({ text: "One.", status: "sent" });
  });

  test("holds for automatic replies that were all taken in before one was sent", async () => {
    const { flow } = await startedWith({ spendCap });
    // As the gate of each saw it before the others had been counted.
    flow.stores.rates.amount = async () => 0;
    await askAll(flow);
    expect(answersTo(flow)).toHaveLength(1);
    expect(
      await flow.stores.rates.count("spend:sms-main", "2026-11-02T00:00:00.000Z", "2026-11-04T00:00:00.000Z", 0),
    ).toBe(80_000);
  });

  test.each(["claimSend", "requeueSend", "raiseStatus"] as const)(
    "counts nothing that was not handed over, or not taken, where %s fails",
    async (operation) => {
      const { flow, id } = await startedWith({ spendCap });
      flow.network.next.push(operation === "raiseStatus" ? answered(400, 21_617) : answered(429, 20_429));
      const { [operation]: real } = flow.stores.messages;
      let failures = 0;
      const failing = async () => ((failures += 1), Promise.reject(new Error("ThrottlingException")));
      Object.assign(flow.stores.messages, { [operation]: failing });
      await reply(flow, id, "One.");
      await flow.settle();
      Object.assign(flow.stores.messages, { [operation]: real });
      expect(failures).toBeGreaterThan(0);
      expect(await spent(flow)).toBe(0);
    },
  );

  test("counts every part", async () => {
    const { flow, id } = await startedWith({ spendCap }, inParts);
    await reply(flow, id, "one two three four");
    await flow.settle();
    expect(await spent(flow)).toBe(160_000);
    await expect(reply(flow, id, "one two three four")).rejects.toThrow(/spend-cap/);
  });
});
