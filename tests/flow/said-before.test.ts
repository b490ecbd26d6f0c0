import { describe, expect, test } from "vitest";
import { agent, anna, available, configuration, createFlow, numbers, operator, started, type Flow } from "./harness.ts";
import { run as reconcile } from "../../functions/reconcile/run.ts";
import { limits } from "../../shared/core/limits.ts";
import { identityIdOf } from "../../shared/core/ids.ts";
import type { Conversation } from "../../shared/core/conversation.ts";

/* What was said counts by when it was said, however late it comes. */

const identityId = identityIdOf("sms", anna);
const identityIn = async (flow: Flow) => (await flow.stores.identities.get(identityId))!;
const stopsIn = async (flow: Flow) => Object.keys((await identityIn(flow)).optOuts);

async function lineOf(flow: Flow): Promise<Conversation> {
  const customer = await flow.stores.customers.get((await identityIn(flow)).customerId);
  return (await flow.stores.conversations.get(customer!.openConversationId!))!;
}

/** @returns what became of a reply: `202`, or why there is none */
async function reply(flow: Flow, conversationId: string): Promise<unknown> {
  const path = `/v1/conversations/${conversationId}/messages`;
  const key = { "idempotency-key": `key ${flow.clock.now()}` };
  const { status, body } = await flow.call(agent("agent-en"), "POST", path, { text: "Gladly." }, key);
  return body.reason ?? status;
}

/** A text of which no try of the webhook reached us, found in the provider's list. */
async function comesLate(flow: Flow, body: string, meanwhile: () => Promise<unknown>): Promise<void> {
  await flow.twilio.receive({ from: anna, to: numbers.main, body });
  await flow.advance(60_000);
  await meanwhile();
  await flow.advance(limits.reconcileAfterMs);
  await reconcile(flow.app);
  await flow.settle();
}

describe("a word that comes late", () => {
  test.each(["START", "Yes", "Anmelden"])("%s lifts no STOP that was said after it", async (word) => {
    const { flow, id } = await started();
    await comesLate(flow, word, () => flow.text("STOP"));
    expect(await stopsIn(flow)).toEqual(["sms-main"]);
    expect(await reply(flow, id)).toBe("opted-out");
    await flow.text(word);
    expect(await stopsIn(flow)).toEqual([]);
  });

  test("is read by an agent, where it is one that only lifts", async () => {
    const { flow, id } = await started();
    await comesLate(flow, "Yes", () => flow.text("STOP"));
    const { items } = await flow.stores.messages.list(id, { limit: 9 });
    const reasons = items.map((each) => each.direction === "in" && [each.text, each.decision.reason]);
    expect(reasons.slice(1)).toEqual([
      ["Yes", undefined],
      ["STOP", "opt-out-word"],
    ]);
  });

  test("STOP stops nothing that was started after it", async () => {
    const { flow, id } = await started();
    await comesLate(flow, "STOP", () => flow.text("START"));
    expect(await stopsIn(flow)).toEqual([]);
    expect(await reply(flow, id)).toBe(202);
  });

  test("START that was parked lifts no STOP that was said before it is sent on", async () => {
    const { flow } = await started();
    const { create } = flow.stores.messages;
    flow.stores.messages.create = async () => {
      throw new Error("ThrottlingException");
    };
    await flow.text("START");
    flow.stores.messages.create = create;
    await flow.drain(flow.queues.inbound.waiting.splice(0), "inbound");
    await flow.advance(60_000);
    await flow.text("STOP");
    await flow.advance(3 * 24 * 60 * 60_000);
    const { body } = await flow.call(operator, "GET", "/v1/parked");
    expect(await flow.call(operator, "POST", `/v1/parked/${body.items[0].id}/redrive`)).toMatchObject({ status: 202 });
    await flow.settle();
    expect(await stopsIn(flow)).toEqual(["sms-main"]);
  });
});

describe("a STOP to a number that router.yaml names later", () => {
  const unnamed = { ...configuration, inboxes: configuration.inboxes.filter(({ id }) => id !== "sms-second") };
  const write = (flow: Flow, text: string) => flow.text(text, anna, numbers.second);

  test.each(["START", "Yes"])("counts once it is named, until %s comes there", async (word) => {
    const flow = createFlow(unnamed);
    await available(flow, "agent-en");
    await write(flow, "Hello, please help me with my order");
    await write(flow, "STOP");
    flow.app.config = configuration;
    await flow.advance(60_000);
    await write(flow, "Hello, please help me with my other order");
    const { id } = await lineOf(flow);
    expect(await reply(flow, id)).toBe("opted-out");
    await write(flow, word);
    expect(await stopsIn(flow)).toEqual([]);
    expect(await reply(flow, id)).toBe(202);
  });
});

describe("an address that nothing reaches", () => {
  /** By the answer to a send of this second. */
  async function findShut(flow: Flow): Promise<void> {
    const shut = { at: new Date(flow.clock.now() + 400).toISOString(), reason: "No such number." };
    await flow.stores.identities.setUnreachable(identityId, shut);
    await flow.stores.identities.setShutOut(identityId, "sms-main", shut);
  }

  async function isOpen(flow: Flow): Promise<boolean> {
    const { unreachable, shutOut } = await identityIn(flow);
    expect(unreachable === undefined).toBe(shutOut === undefined);
    return unreachable === undefined;
  }

  test("stays so where a copy of an older message comes, and where an older one comes late", async () => {
    const { flow, id } = await started();
    await comesLate(flow, "And one thing more", () => findShut(flow));
    const { items } = await flow.stores.messages.list(id, { limit: 9 });
    expect(items.map(({ text }) => text)).toContain("And one thing more");
    expect(await isOpen(flow)).toBe(false);
    const [first] = items;
    await flow.twilio.redeliver(first?.direction === "in" ? first.providerId : "");
    await flow.settle();
    expect(await isOpen(flow)).toBe(false);
    await flow.text("Are you there?");
    expect(await isOpen(flow)).toBe(true);
  });

  test("is reached again by what is said within the second in which that was found", async () => {
    const { flow } = await started();
    await findShut(flow);
    await flow.text("Are you there?");
    expect(await isOpen(flow)).toBe(true);
  });
});
