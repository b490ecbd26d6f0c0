import { describe, expect, test } from "vitest";
import {
  agent,
  available,
  configuration,
  createFlow,
  onlyConversation,
  started,
  supervisor,
  type Flow,
} from "./harness.ts";
import type { PoolJob } from "../../shared/ports/queues.ts";
import { commandPool, createPoolMemory } from "../../shared/flow/pool.ts";
import { isPoolOf } from "../../shared/flow/pool-events.ts";
import type { Configuration, Pool } from "../../shared/core/configuration.ts";
import type { PooledAttributes } from "../../shared/core/conversation.ts";

/* What is open when router.yaml brings another set of pools. */

const [service] = configuration.pools as [Pool];
const minute = 60_000;
const ben = "+4915112345679";
const queue = (id: string) => ({ ...service.queues[0]!, id });
const agents = (queueIds: string[], ...ids: string[]) =>
  service.agents.filter(({ id }) => ids.includes(id)).map((profile) => ({ ...profile, skills: { en: 5 }, queueIds }));

const withPools = (version: string, pools: Pool[], changes: Partial<Configuration> = {}): Configuration => ({
  ...configuration,
  version,
  pools,
  ...changes,
});

const renamed = withPools("flow-2", [{ ...service, id: "support" }]);

/** Two queues of one pool; and then each a pool's own. */
const rules = [
  { id: "billing", when: { words: ["invoice"] }, do: { queue: "billing" }, stop: false },
  ...configuration.rules,
];
const both = ["general", "billing"];
const together = withPools(
  "flow-1",
  [{ ...service, queues: both.map(queue), agents: agents(both, "agent-en", "agent-de") }],
  { rules },
);
const apart = withPools(
  "flow-2",
  [
    { ...service, agents: agents(["general"], "agent-en") },
    { ...service, id: "money", queues: [queue("billing")], agents: agents(["billing"], "agent-de") },
  ],
  { rules },
);

async function deploy(flow: Flow, config: Configuration): Promise<void> {
  flow.app.config = config;
  await passMinutes(flow, 1);
}

async function passMinutes(flow: Flow, count: number): Promise<void> {
  for (let passed = 0; passed < count; passed += 1) {
    await flow.advance(minute);
    await flow.sweep();
    await flow.settle();
  }
}

const read = async (flow: Flow, id: string) => (await flow.stores.conversations.get(id))!;

/** Ids that a pool's log has open. */
async function openIn(flow: Flow, poolId: string): Promise<string[]> {
  const entries = await flow.stores.poolLog.readAfter(poolId, 0);
  const open = new Set<string>();
  for (const outcome of entries.flatMap(({ outcomes }) => outcomes)) {
    if (outcome.kind === "waiting") open.add(outcome.conversationId);
    if (outcome.kind === "released" && outcome.as !== "transferred") open.delete(outcome.conversationId);
  }
  return [...open];
}

async function waitingIn(config: Configuration, text = "Hello, could you please help me?") {
  const flow = createFlow(config);
  await flow.sweep();
  await flow.text(text);
  return { flow, id: (await onlyConversation(flow, supervisor, "waiting")).id as string };
}

/** A conversation that agent-en holds; the sweep has seen the pool. */
async function held() {
  const { flow, id } = await started();
  await flow.sweep();
  await flow.settle();
  return { flow, id };
}

describe("a pool that is called otherwise from now on", () => {
  test("has what waited", async () => {
    const { flow, id } = await waitingIn(configuration);
    await deploy(flow, renamed);
    expect(await read(flow, id)).toMatchObject({ status: "waiting", poolId: "support" });
    await available(flow, "agent-en");
    expect(await read(flow, id)).toMatchObject({ status: "assigned", agentId: "agent-en" });
    expect(await openIn(flow, "service")).toEqual([]);
  });

  test("leaves what is held with its holder, who resolves it", async () => {
    const { flow, id } = await held();
    await deploy(flow, renamed);
    expect(await read(flow, id)).toMatchObject({ status: "assigned", agentId: "agent-en", poolId: "support" });
    expect((await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {})).status).toBe(200);
    expect((await read(flow, id)).closedAt).toBeDefined();
    await flow.text("Hello, one more question please");
    expect((await onlyConversation(flow, supervisor, "waiting")).id).not.toBe(id);
  });

  test("keeps aside what was set aside, until it is time or the customer writes", async () => {
    const { flow, id } = await held();
    const until = new Date(flow.clock.now() + 60 * minute).toISOString();
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/snooze`, { until });
    await deploy(flow, renamed);
    const aside = { status: "snoozed", agentId: "agent-en", snoozedUntil: until, poolId: "support" };
    expect(await read(flow, id)).toMatchObject(aside);
    await available(flow, "agent-en");
    await flow.text("Are you still there?");
    expect(await read(flow, id)).toMatchObject({ status: "assigned", agentId: "agent-en" });
  });

  test("may be called again as before at once", async () => {
    const { flow, id } = await held();
    await deploy(flow, renamed);
    await deploy(flow, { ...configuration, version: "flow-3" });
    expect(await read(flow, id)).toMatchObject({ status: "assigned", agentId: "agent-en", poolId: "service" });
    expect(await openIn(flow, "support")).toEqual([]);
  });

  test.each([
    ["resolve", {}, { status: "resolved" }],
    ["snooze", { until: "2026-11-03T09:00:00.000Z" }, { status: "snoozed", agentId: "agent-en" }],
    ["transfer", { queueId: "general" }, { status: "waiting", agentId: null }],
  ])("takes the holder's word before the sweep has come: %s", async (command, body, expected) => {
    const { flow, id } = await held();
    flow.app.config = renamed;
    const { status } = await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/${command}`, body);
    expect(status).toBe(200);
    expect(await read(flow, id)).toMatchObject({ ...expected, poolId: "support" });
    await passMinutes(flow, 2);
    expect(await read(flow, id)).toMatchObject({ ...expected, poolId: "support" });
    expect(await openIn(flow, "service")).toEqual([]);
  });

  test("has a conversation whose customer writes before the sweep has come", async () => {
    const { flow, id } = await held();
    flow.app.config = renamed;
    await flow.text("Are you still there?");
    expect(await read(flow, id)).toMatchObject({ status: "assigned", agentId: "agent-en", poolId: "support" });
  });

  test("has what an older function still brings to the pool that is gone", async () => {
    const { flow, id } = await held();
    await deploy(flow, renamed);
    flow.app.config = configuration;
    await flow.text("Hello, another customer needs help", ben);
    flow.app.config = renamed;
    const shown = await flow.stores.conversations.list({ queueId: "general", status: "waiting" }, { limit: 5 });
    expect(shown.items).toMatchObject([{ address: ben, poolId: "support" }]);
    expect(await read(flow, id)).toMatchObject({ status: "assigned", poolId: "support" });
  });
});

describe("a conversation that release 0.1.0 left in a pool", () => {
  test("is shown by the pool of another name, however long the other's log was", async () => {
    const { flow, id } = await held();
    const { queueId, agentId, enqueuedAt } = (await read(flow, id)) as PooledAttributes;
    const shown = { status: "assigned", queueId, agentId, enqueuedAt, poolSequence: 5_000 } as PooledAttributes;
    await flow.stores.conversations.project(id, { ...shown, poolId: undefined as never }, true);
    flow.app.config = renamed;
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/resolve`, {});
    expect(await read(flow, id)).toMatchObject({ status: "resolved", poolId: "support" });
  });
});

describe("a queue that goes to a pool of its own", () => {
  test("takes what waits in it along", async () => {
    const { flow, id } = await waitingIn(together, "Hello, please help me with my invoice");
    await deploy(flow, apart);
    await available(flow, "agent-de");
    await passMinutes(flow, 6);
    expect(await read(flow, id)).toMatchObject({ queueId: "billing", poolId: "money" });
    expect(await openIn(flow, "service")).toEqual([]);
  });

  test("leaves what is held with its holder where they go along, else it waits", async () => {
    for (const [holder, expected] of [
      ["agent-de", { status: "assigned", agentId: "agent-de" }],
      ["agent-en", { status: "waiting", agentId: null }],
    ] as const) {
      const flow = createFlow(together);
      await available(flow, holder);
      await flow.text("Hello, please help me with my invoice");
      const { id } = await onlyConversation(flow, supervisor, "assigned");
      await deploy(flow, apart);
      expect(await read(flow, id)).toMatchObject({ ...expected, queueId: "billing", poolId: "money" });
    }
  });

  test("takes what its customer has gone on with meanwhile, once", async () => {
    const { flow, id } = await waitingIn(together, "Hello, please help me with my invoice");
    flow.app.config = apart;
    await flow.text("Is anybody there?");
    expect(await read(flow, id)).toMatchObject({ status: "waiting", poolId: "money" });
    await available(flow, "agent-en", "agent-de");
    await passMinutes(flow, 6);
    expect(await read(flow, id)).toMatchObject({ status: "assigned", agentId: "agent-de", poolId: "money" });
    expect(await openIn(flow, "service")).toEqual([]);
  });

  test("loses nothing where the old pool's process dies before it has told the new one", async () => {
    const { flow, id } = await waitingIn(together, "Hello, please help me with my invoice");
    flow.app.config = apart;
    flow.queues.pool.failures = 1;
    const event = { kind: "sweep" } as const;
    const commanded = commandPool("service", [event], flow.app, createPoolMemory());
    await expect(commanded).rejects.toThrow("ThrottlingException");
    await commandPool("service", [event], flow.app, createPoolMemory());
    await flow.settle();
    expect(await read(flow, id)).toMatchObject({ status: "waiting", poolId: "money" });
  });

  test("is not shown by the old pool any more, however late that comes", async () => {
    const { flow, id } = await waitingIn(together, "Hello, please help me with my invoice");
    const before = (await read(flow, id)) as PooledAttributes;
    await deploy(flow, apart);
    const late = { ...before, status: "assigned" as const, agentId: "agent-en", poolSequence: 1_000 };
    await flow.stores.conversations.project(id, late, isPoolOf("service", "billing", apart));
    expect(await read(flow, id)).toMatchObject({ status: "waiting", poolId: "money" });
  });

  test("takes nothing along that was closed or erased meanwhile", async () => {
    const { flow, id } = await waitingIn(together, "Hello, please help me with my invoice");
    flow.app.config = apart;
    await flow.call(supervisor, "POST", `/v1/conversations/${id}/resolve`, {});
    await passMinutes(flow, 2);
    expect((await read(flow, id)).status).toBe("resolved");
    expect(await openIn(flow, "money")).toEqual([]);
    expect(await openIn(flow, "service")).toEqual([]);
  });
});

describe("a queue that no pool has any more", () => {
  const merged = (id: string, pools: Pool[]) => withPools("flow-2", pools, { defaultQueueId: id });

  test.each([
    ["whose pool is gone too", merged("desk", [{ ...service, id: "front", queues: [queue("desk")] }])],
    [
      "whose pool is there still",
      merged("desk", [
        { ...service, queues: [queue("other")], agents: [] },
        { ...service, id: "front", queues: [queue("desk")] },
      ]),
    ],
  ])("leaves its conversations to the default queue: %s", async (_, config) => {
    const { flow, id } = await waitingIn(configuration);
    await deploy(flow, config);
    expect(await read(flow, id)).toMatchObject({ status: "waiting", queueId: "desk", poolId: "front" });
    expect(await openIn(flow, "service")).toEqual([]);
  });
});

describe("the sweep", () => {
  test("tells pools that are gone once, then every ten minutes, and nobody where none is", async () => {
    const { flow } = await waitingIn(configuration);
    const told = async (config: Configuration) => {
      await flow.advance(minute);
      flow.app.config = config;
      await flow.sweep();
      const jobs = flow.queues.pool.waiting as unknown as { body: PoolJob }[];
      const dissolved = jobs.filter(({ body }) => body.event.kind === "configure").map(({ body }) => body.poolId);
      await flow.settle();
      return dissolved;
    };
    expect(await told(configuration)).toEqual([]);
    const after: string[][] = [];
    for (let passed = 0; passed < 12; passed += 1) after.push(await told(renamed));
    expect(after.slice(0, 2)).toEqual([["service"], []]);
    expect(after.slice(1).flat()).toEqual(["service"]);
    const { length } = await flow.stores.poolLog.readAfter("service", 0);
    for (let passed = 0; passed < 10; passed += 1) await told(renamed);
    expect(await flow.stores.poolLog.readAfter("service", 0)).toHaveLength(length);
  });
});
