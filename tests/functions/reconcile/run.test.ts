import { beforeEach, describe, expect, test } from "vitest";
import { run as reconcile } from "../../../functions/reconcile/run.ts";
import { identityIdOf, messageIdOf } from "../../../shared/core/ids.ts";
import { limits } from "../../../shared/core/limits.ts";
import type { InboundStored } from "../../../shared/core/message.ts";
import { eraseCustomer } from "../../../shared/flow/erase.ts";
import { account, anna, createFlow, numbers, type Flow } from "../../flow/harness.ts";

const wait = limits.reconcileAfterMs;
const said = "reconcile.missing-taken-in";
let flow: Flow;
beforeEach(() => {
  flow = createFlow();
});

/** A text of which no try of the webhook reached us. */
const lostText = async (body: string, media: { contentType: string; bytes: Uint8Array }[] = []): Promise<string> =>
  (await flow.twilio.receive({ from: anna, to: numbers.main, body, media })).sid;

async function compare(): Promise<void> {
  await reconcile(flow.app);
  await flow.settle();
}

const stored = (sid: string) => flow.stores.messages.get(messageIdOf("sms", account.accountSid, sid));

/** Anna's conversation as people see it. */
async function thread(): Promise<string[]> {
  const identity = await flow.stores.identities.get(identityIdOf("sms", anna));
  const customer = await flow.stores.customers.get(identity!.customerId);
  const { items } = await flow.stores.messages.list(customer!.openConversationId!, { limit: 100 });
  return items.map(({ text }) => text);
}

describe("a text whose webhook was lost", () => {
  test("comes in by comparison, once, in its place by the provider's time", async () => {
    await flow.text("one");
    await flow.advance(5_000);
    const sid = await lostText("two");
    await flow.advance(25_000);
    await flow.text("three");
    await compare();
    expect(await stored(sid)).toBeUndefined();

    await flow.advance(wait);
    await compare();
    expect(await thread()).toEqual(["one", "two", "three"]);
    expect(flow.logged.filter((event) => event === said)).toHaveLength(1);

    await compare();
    await flow.twilio.redeliver(sid);
    await flow.settle();
    expect(await thread()).toEqual(["one", "two", "three"]);
    expect(flow.logged.filter((event) => event === said)).toHaveLength(1);
  });

  test("brings its pictures, which are fetched as any other's", async () => {
    const sid = await lostText("", [{ contentType: "image/png", bytes: Uint8Array.of(1, 2, 3) }]);
    await flow.advance(wait);
    await compare();
    const message = (await stored(sid)) as InboundStored;
    expect(message.media).toMatchObject([
      { contentType: "image/png", url: expect.stringMatching(new RegExp(`/Messages/${sid}/Media/ME[0-9a-f]{32}$`)) },
    ]);
    expect(flow.queues.media.waiting.map(({ body }) => body)).toMatchObject([{ messageId: message.id, index: 0 }]);
  });

  test("stops messages where it says STOP", async () => {
    await lostText("STOP");
    await flow.advance(wait);
    await compare();
    const identity = await flow.stores.identities.get(identityIdOf("sms", anna));
    expect(Object.keys(identity!.optOuts)).toEqual(["sms-main"]);
  });

  test("is left alone where the day is over", async () => {
    const sid = await lostText("long ago");
    await flow.advance(limits.reconcileMs + 60_000);
    await compare();
    expect(await stored(sid)).toBeUndefined();
  });
});

test("many at once come in too, each once", async () => {
  const sids = [];
  for (let count = 0; count < 25; count += 1) sids.push(await lostText(`text ${count}`));
  await flow.advance(wait);
  await reconcile(flow.app);
  expect(flow.logged).toContain(said);
  await flow.settle();
  expect((await Promise.all(sids.map(stored))).every((message) => message !== undefined)).toBe(true);
  expect(await thread()).toHaveLength(25);
});

test("what was erased does not come back", async () => {
  const { sid } = await flow.text("forget me");
  const identity = await flow.stores.identities.get(identityIdOf("sms", anna));
  await eraseCustomer(identity!.customerId, "adam", flow.app);
  await flow.advance(wait);
  await compare();
  expect(await stored(sid)).toBeUndefined();
  expect(flow.logged).not.toContain(said);
});

describe("a text that waits for a person", () => {
  /** It was tried until its queue gave it up. */
  async function parkedText(): Promise<string> {
    const { sid } = await flow.twilio.inbound({ from: anna, to: numbers.main, body: "a riddle" });
    await flow.drain(flow.queues.inbound.waiting.splice(0), "inbound");
    return sid;
  }
  const parked = async () => (await flow.stores.parked.list({ limit: 100 })).items;

  test("is not missing", async () => {
    await parkedText();
    await flow.advance(wait);
    await compare();
    expect(flow.logged).not.toContain(said);
    expect(await parked()).toHaveLength(1);
  });

  test("does not come back once its sender was erased", async () => {
    await parkedText();
    await flow.text("forget me");
    const identity = await flow.stores.identities.get(identityIdOf("sms", anna));
    await eraseCustomer(identity!.customerId, "adam", flow.app);
    expect(await parked()).toEqual([]);
    await flow.advance(wait);
    await compare();
    expect(flow.logged).not.toContain(said);
  });
});

test("a list that can't be read is told, and the next inbox is compared all the same", async () => {
  await lostText("lost");
  await flow.twilio.receive({ from: anna, to: numbers.second, body: "lost too" });
  await flow.advance(wait);
  flow.twilio.behaviour.throttledCalls = 1;
  await expect(reconcile(flow.app)).rejects.toThrow(/Not every provider's list/);
  await flow.settle();
  expect(flow.logged.filter((event) => event.startsWith("reconcile.failed"))).toHaveLength(1);
  expect(await thread()).toEqual(["lost too"]);
  await compare();
  expect((await thread()).toSorted()).toEqual(["lost", "lost too"]);
});
