import { describe, expect, test } from "vitest";
import { agent, anna, available, createFlow, numbers, onlyConversation, type Flow } from "./harness.ts";
import { limits } from "../../shared/core/limits.ts";
import type { Delivery, InboundJob } from "../../shared/ports/queues.ts";

const throttled = async () => {
  throw new Error("ThrottlingException");
};

/** Texts of one customer, all on the queue. */
async function waiting(flow: Flow, ...texts: string[]): Promise<void> {
  for (const body of texts) await flow.twilio.inbound({ from: anna, to: numbers.main, body });
}

/** Brings what waits to `route` so many times, a visibility time-out after the other. */
async function deliver(flow: Flow, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await flow.queues.inbound.work(flow.work.route);
    await flow.clock.advance(60_000);
  }
}

/** Some texts can't be stored. @returns which ones `route` tried to store, in order */
function failingToStore(flow: Flow, ...texts: string[]): string[] {
  const tried: string[] = [];
  const { create } = flow.stores.messages;
  flow.stores.messages.create = async (message) => {
    tried.push(message.text);
    return texts.includes(message.text) ? throttled() : create(message);
  };
  return tried;
}

const parked = async (flow: Flow) => (await flow.stores.parked.list({ limit: 10 })).items;
const textOf = ({ body }: { body: string }): string => (JSON.parse(body) as InboundJob).message.text;

describe("a message that can't be routed", () => {
  test("is tried for an hour, then is a person's; what waited behind it is routed", async () => {
    const flow = createFlow();
    await waiting(flow, "the first", "the second", "the third");
    const tried = failingToStore(flow, "the first");
    await deliver(flow, limits.maxRouteTries);
    expect(await parked(flow)).toEqual([]);
    expect(new Set(tried)).toEqual(new Set(["the first"]));
    await deliver(flow, 1);
    expect((await parked(flow)).map(textOf)).toEqual(["the first"]);
    expect(tried.slice(limits.maxRouteTries)).toEqual(["the second", "the third"]);
    expect(flow.queues.inbound.waiting).toEqual([]);
  });

  test("has tries of its own, however long it waited behind another", async () => {
    const flow = createFlow();
    await waiting(flow, "the first", "the second");
    const tried = failingToStore(flow, "the first", "the second");
    await deliver(flow, limits.maxRouteTries + 1);
    expect((await parked(flow)).map(textOf)).toEqual(["the first"]);
    await deliver(flow, limits.maxRouteTries - 2);
    expect(await parked(flow)).toHaveLength(1);
    expect(tried.filter((text) => text === "the second")).toHaveLength(limits.maxRouteTries - 1);
    await deliver(flow, 1);
    expect((await parked(flow)).map(textOf)).toEqual(["the first", "the second"]);
  });

  test("is counted as tried before it is, so that one that ends its process is parked too", async () => {
    const flow = createFlow();
    await waiting(flow, "the first");
    const never = new Promise<never>(() => {});
    flow.stores.messages.create = () => never;
    for (let time = 0; time < limits.maxRouteTries; time += 1) {
      const [delivery] = flow.queues.inbound.waiting;
      delivery!.receiveCount += 1;
      void flow.work.route([structuredClone(delivery!)]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await deliver(flow, 1);
    expect((await parked(flow)).map(textOf)).toEqual(["the first"]);
  });

  test("waits while nothing can be written, however long that lasts", async () => {
    const flow = createFlow();
    await waiting(flow, "the first", "the second");
    const { rates, messages } = flow.stores;
    const kept = { count: rates.count, create: messages.create };
    Object.assign(rates, { count: throttled });
    Object.assign(messages, { create: throttled });
    await deliver(flow, 3 * limits.maxRouteTries);
    Object.assign(rates, { count: kept.count });
    Object.assign(messages, { create: kept.create });
    await deliver(flow, 1);
    expect(await parked(flow)).toEqual([]);
    expect(flow.queues.inbound.waiting).toEqual([]);
  });
});

function cannotAnswer(flow: Flow): void {
  const { create } = flow.stores.messages;
  flow.stores.messages.create = async (message) => (message.direction === "out" ? throttled() : create(message));
}

describe("a text of which two copies came, one of them a dead letter,", () => {
  /** The provider's list has brought it too: by the other way it is stored and routed. */
  async function otherCopy(flow: Flow, body: string): Promise<Delivery<unknown>[]> {
    await flow.twilio.inbound({ from: anna, to: numbers.main, body });
    const copies = structuredClone(flow.queues.inbound.waiting) as Delivery<unknown>[];
    await flow.settle();
    return copies;
  }

  test("is parked by neither, and nothing is opened again", async () => {
    const flow = createFlow();
    await available(flow, "agent-en");
    const copies = await otherCopy(flow, "Hello, could you please help me with my order?");
    const { id } = await onlyConversation(flow, agent("agent-en"), "assigned");
    expect(await flow.drain(copies, "inbound")).toEqual([]);
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {});
    await flow.settle();
    expect(await flow.drain(copies, "inbound")).toEqual([]);
    expect(await parked(flow)).toEqual([]);
    expect(flow.logged).toContain("parking.needless");
    expect((await onlyConversation(flow, agent("agent-en"), "resolved")).gap).toBe(false);
  });

  test.each([
    ["was not applied", (flow: Flow) => Object.assign(flow.stores.conversations, { applyMessage: throttled })],
    ["did not come before its pool", (flow: Flow) => Object.assign(flow.queues.pool, { send: throttled })],
    ["was not answered as its rule says", cannotAnswer],
  ])("is parked where the other one %s", async (_, fail) => {
    const flow = createFlow();
    fail(flow);
    const copies = await otherCopy(flow, "What are your opening hours, please?");
    expect(flow.queues.inbound.waiting.splice(0)).toHaveLength(1);
    await flow.drain(copies, "inbound");
    expect((await parked(flow)).map(textOf)).toEqual(["What are your opening hours, please?"]);
  });

  test.each([
    ["a STOP that was not noted", "STOP", 1],
    ["a plain text", "And where is my order, please?", 0],
  ])("of which a later message went past: %s", async (_, body, items) => {
    const flow = createFlow();
    await flow.text("Hello, could you please help me with my order?");
    const { identities, conversations } = flow.stores;
    const kept = { setOptOut: identities.setOptOut, applyMessage: conversations.applyMessage };
    Object.assign(identities, { setOptOut: throttled });
    Object.assign(conversations, { applyMessage: throttled });
    const copies = await otherCopy(flow, body);
    flow.queues.inbound.waiting.splice(0);
    Object.assign(identities, { setOptOut: kept.setOptOut });
    Object.assign(conversations, { applyMessage: kept.applyMessage });
    await flow.text("Hello? Is anybody there?");
    await flow.drain(copies, "inbound");
    expect((await parked(flow)).map(textOf)).toEqual(items === 0 ? [] : [body]);
  });

  test("is parked again where a person had sent it on", async () => {
    const flow = createFlow();
    const [copy] = await otherCopy(flow, "Hello, could you please help me with my order?");
    const body = { ...(copy!.body as InboundJob), redriven: true };
    await flow.drain([{ ...copy!, body }], "inbound");
    expect(await parked(flow)).toHaveLength(1);
  });
});

test.each([
  ["pool", { schemaVersion: 1, poolId: "service", event: { kind: "sweep" } }],
  ["timer", { schemaVersion: 1, timer: { kind: "pool-sweep", poolId: "service" } }],
] as const)(
  "a sweep that failed as a job for %s is nobody's: the next one does what it would have done",
  async (kind, body) => {
    const flow = createFlow();
    await flow.drain([{ messageId: "m-1", groupId: "", sequence: "", receiveCount: 60, body }], kind);
    expect(await parked(flow)).toEqual([]);
  },
);
