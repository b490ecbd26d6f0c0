import { describe, expect, test } from "vitest";
import { createFlow, configuration } from "./harness.ts";
import { limits } from "../../shared/core/limits.ts";
import { applyEntry } from "../../shared/core/pool/apply.ts";
import { snapshotPool } from "../../shared/core/pool/snapshot.ts";
import { createPoolState } from "../../shared/core/pool/state.ts";
import type { PoolEntry, PoolEvent } from "../../shared/core/pool/types.ts";
import { commandPool, createPoolMemory, PoolBusy, readPool } from "../../shared/flow/pool.ts";
import type { App } from "../../shared/ports/app.ts";
import { isoTime } from "../../shared/ports/clock.ts";
import type { PoolLogStore, Stores } from "../../shared/ports/stores.ts";

const poolId = "service";
const identity = { identityId: "idn_anna", customerId: "cus_anna" };
const presence = (agentId: string, status: "available" | "away" | "offline" = "available"): PoolEvent => ({
  kind: "presence",
  agentId,
  status,
});

function enqueue(conversationId: string, version = 1, skill = "en"): PoolEvent {
  return {
    kind: "enqueue",
    conversationId,
    version,
    queueId: "general",
    steps: [{ requirements: [{ skill, level: 2 }] }],
    priority: "normal",
    channel: "sms",
    receivedAt: "2026-11-02T09:00:00.000Z",
  };
}

const resolve = (conversationId: string, version = 1): PoolEvent => ({
  kind: "resolve",
  conversationId,
  version,
  by: "agent-en",
});

/** A message of the customer, as step (3) of `route` applies it. */
async function receive(app: App, conversationId: string, sequence = "1") {
  await app.stores.customers.claimOpenConversation(identity.customerId, conversationId);
  return app.stores.conversations.applyMessage(conversationId, {
    ...identity,
    customerVersion: 1,
    address: "+4915112345678",
    channel: "sms",
    inboxId: "sms-main",
    subject: "Hello",
    language: "en",
    tags: [],
    requested: { queueId: "general", steps: [{ requirements: [] }], priority: "normal", tags: [] },
    sequence,
    at: isoTime(app.clock.now()),
  });
}

async function received(app: App, ...ids: string[]): Promise<void> {
  for (const id of ids) await receive(app, id);
}

/** The app as another process has it, with some of its stores' operations replaced. */
function withStores(app: App, replaced: { [Name in keyof Stores]?: Partial<Stores[Name]> }): App {
  const stores = { ...app.stores };
  for (const [name, operations] of Object.entries(replaced)) {
    Object.assign(stores, { [name]: { ...stores[name as keyof Stores], ...operations } });
  }
  return { ...app, stores };
}

function counted(app: App): { app: App; calls: string[] } {
  const calls: string[] = [];
  const stores = Object.fromEntries(
    Object.entries(app.stores).map(([name, store]) => [
      name,
      new Proxy(store, {
        get: (target, operation: string) => {
          const run = Reflect.get(target, operation) as (...parameters: unknown[]) => unknown;
          return (...parameters: unknown[]) => (calls.push(`${name}.${operation}`), run(...parameters));
        },
      }),
    ]),
  ) as unknown as Stores;
  return { app: { ...app, stores }, calls };
}

const log = (app: App): Promise<PoolEntry[]> => app.stores.poolLog.readAfter(poolId, 0);

async function folded(app: App) {
  const state = createPoolState(poolId);
  for (const entry of await log(app)) applyEntry(state, entry);
  return state;
}

describe("a command", () => {
  test("configures the pool first, is decided, and is shown on the conversation", async () => {
    const { app, pushed } = createFlow();
    const memory = createPoolMemory();
    await received(app, "cnv_1");
    await app.stores.sockets.put({
      connectionId: "con_1",
      agentId: "agent-en",
      supervisor: false,
      expiresAt: isoTime(app.clock.now() + 60_000),
    });
    const { entry, state } = await commandPool(poolId, [presence("agent-en"), enqueue("cnv_1")], app, memory);
    expect(entry.events.map(({ kind }) => kind)).toEqual(["configure", "presence", "enqueue"]);
    expect(state.conversations.get("cnv_1")).toMatchObject({ status: "assigned", agentId: "agent-en" });
    expect(await app.stores.conversations.get("cnv_1")).toMatchObject({
      status: "assigned",
      agentId: "agent-en",
      queueId: "general",
      poolSequence: 1,
    });
    expect(pushed.map(({ data }) => JSON.parse(data))).toEqual([{ type: "conversation", conversationId: "cnv_1" }]);
  });

  test("that changes nothing is not written", async () => {
    const { app } = createFlow();
    const memory = createPoolMemory();
    await received(app, "cnv_1");
    await commandPool(poolId, [enqueue("cnv_1")], app, memory);
    const { entry } = await commandPool(poolId, [enqueue("cnv_1"), { kind: "sweep" }], app, memory);
    expect(entry.outcomes).toEqual([]);
    expect(await log(app)).toHaveLength(1);
  });

  test("costs a warm process a query, a put, an update per conversation and the watermark", async () => {
    const { app, calls } = counted(createFlow().app);
    const memory = createPoolMemory();
    await commandPool(poolId, [presence("agent-en")], app, memory);
    await received(app, "cnv_1", "cnv_2");
    calls.length = 0;
    await commandPool(poolId, [enqueue("cnv_1"), enqueue("cnv_2")], app, memory);
    expect(calls).toEqual([
      "poolLog.readAfter",
      "poolLog.append",
      "conversations.project",
      "conversations.project",
      "poolLog.setWatermark",
      "sockets.audience",
      "sockets.audience",
    ]);
  });

  test("for a pool that is not configured says so", async () => {
    const { app } = createFlow();
    await expect(commandPool("nowhere", [], app, createPoolMemory())).rejects.toThrow("has no pool nowhere");
  });

  test("reads a changed configuration in, on reading too", async () => {
    const { app } = createFlow();
    await commandPool(poolId, [presence("agent-en")], app, createPoolMemory());
    const pools = configuration.pools.map((pool) => ({ ...pool, agents: pool.agents.slice(1) }));
    const changed = { ...app, config: { ...configuration, version: "flow-2", pools } };
    const state = await readPool(poolId, changed, createPoolMemory());
    expect(Array.from(state.agents.keys())).toEqual(["agent-de"]);
    expect((await readPool(poolId, app, createPoolMemory())).roster?.configurationVersion).toBe("flow-2");
  });
});

describe("writers at once", () => {
  test("leave a log without a gap, with every command in it and nobody over capacity", async () => {
    const { app } = createFlow();
    const writers = Array.from({ length: 8 }, () => createPoolMemory());
    await commandPool(poolId, [presence("agent-en"), presence("agent-de")], app, createPoolMemory());
    await Promise.all(
      writers.map(async (memory, writer) => {
        for (let turn = 0; turn < 12; turn += 1) {
          const id = `cnv_${writer}_${turn}`;
          await receive(app, id);
          await commandPool(poolId, [enqueue(id, 1, turn % 2 === 0 ? "en" : "de")], app, memory);
          if (turn % 3 === 0) await commandPool(poolId, [resolve(id)], app, memory);
        }
      }),
    );
    const entries = await log(app);
    expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
    const commanded = entries.flatMap(({ events }) =>
      events.filter(({ kind }) => kind === "enqueue" || kind === "resolve"),
    );
    expect(commanded).toHaveLength(8 * 12 + 8 * 4);
    const state = createPoolState(poolId);
    for (const entry of entries) {
      applyEntry(state, entry);
      for (const agent of state.agents.values()) expect(agent.used).toBeLessThanOrEqual(agent.profile.units);
    }
    expect(state.agents.get("agent-en")!.used).toBe(2);
    const last = snapshotPool(await readPool(poolId, app, writers[0]!));
    for (const memory of writers) expect(snapshotPool(await readPool(poolId, app, memory))).toBe(last);
  });

  test("give up, with nothing done, when others always come first", async () => {
    const { app } = createFlow();
    const other = createPoolMemory();
    let turn = 0;
    const busy = withStores(app, {
      poolLog: {
        append: async (entry) => {
          turn += 1;
          await commandPool(poolId, [presence("agent-en", turn % 2 === 0 ? "away" : "available")], app, other);
          return app.stores.poolLog.append(entry);
        },
      },
    });
    await expect(commandPool(poolId, [enqueue("cnv_1")], busy, createPoolMemory())).rejects.toThrow(PoolBusy);
    expect(turn).toBe(limits.maxPoolAppendAttempts);
    expect((await folded(app)).conversations.size).toBe(0);
  });

  test("in one process share a memory without harm", async () => {
    const { app } = createFlow();
    const memory = createPoolMemory();
    const ids = Array.from({ length: 10 }, (_, index) => `cnv_${index}`);
    await received(app, ...ids);
    await Promise.all(ids.map((id) => commandPool(poolId, [enqueue(id)], app, memory)));
    const state = await folded(app);
    expect(state.conversations.size).toBe(10);
    expect(snapshotPool(await readPool(poolId, app, memory))).toBe(snapshotPool(state));
  });
});

describe("an append", () => {
  const lostResponse = (app: App, answer: () => boolean): App => {
    let isLost = false;
    const append: PoolLogStore["append"] = async (entry) => {
      const written = await app.stores.poolLog.append(entry);
      if (isLost) return written;
      isLost = true;
      return answer();
    };
    return withStores(app, { poolLog: { append } });
  };

  test("whose response was lost, and whose retry saw its own write, is known as ours", async () => {
    const { app } = createFlow();
    await received(app, "cnv_1");
    const lossy = lostResponse(app, () => false);
    const { entry } = await commandPool(poolId, [presence("agent-en"), enqueue("cnv_1")], lossy, createPoolMemory());
    expect(await log(app)).toEqual([entry]);
    expect(await app.stores.conversations.get("cnv_1")).toMatchObject({ status: "assigned" });
  });

  test("that timed out after it was done fails, and its redelivery shows what it did and does it no second time", async () => {
    const { app } = createFlow();
    const memory = createPoolMemory();
    await received(app, "cnv_1");
    const lossy = lostResponse(app, () => {
      throw new Error("TimeoutError");
    });
    const events = [presence("agent-en"), enqueue("cnv_1")];
    await expect(commandPool(poolId, events, lossy, memory)).rejects.toThrow("TimeoutError");
    expect((await app.stores.conversations.get("cnv_1"))?.status).toBeUndefined();
    await commandPool(poolId, events, lossy, memory);
    expect(await log(app)).toHaveLength(1);
    expect(await app.stores.conversations.get("cnv_1")).toMatchObject({ status: "assigned" });
  });
});

describe("after a crash", () => {
  test("between append and projection, whoever comes next shows what was decided", async () => {
    const { app } = createFlow();
    await received(app, "cnv_1", "cnv_2");
    const dying = withStores(app, { conversations: { project: () => Promise.reject(new Error("killed")) } });
    const events = [presence("agent-en"), enqueue("cnv_1"), enqueue("cnv_2")];
    await expect(commandPool(poolId, events, dying, createPoolMemory())).rejects.toThrow("killed");
    await commandPool(poolId, [{ kind: "sweep" }], app, createPoolMemory());
    for (const id of ["cnv_1", "cnv_2"]) {
      expect(await app.stores.conversations.get(id)).toMatchObject({ status: "assigned", agentId: "agent-en" });
    }
    expect(await app.stores.poolLog.watermark(poolId)).toBe(1);
  });

  test("between projection and watermark, it is shown once more and nothing else happens", async () => {
    const { app, queues } = createFlow();
    const dying = withStores(app, { poolLog: { setWatermark: () => Promise.reject(new Error("killed")) } });
    await received(app, "cnv_1");
    const events = [presence("agent-en"), enqueue("cnv_1"), resolve("cnv_1")];
    await expect(commandPool(poolId, events, dying, createPoolMemory())).rejects.toThrow("killed");
    const before = await app.stores.conversations.get("cnv_1");
    await commandPool(poolId, [{ kind: "sweep" }], app, createPoolMemory());
    expect(await app.stores.conversations.get("cnv_1")).toEqual(before);
    expect(queues.pool.waiting).toEqual([]);
  });

  test("a slow process can't show an older state over a newer one", async () => {
    const { app } = createFlow();
    await received(app, "cnv_1");
    const slow = Promise.withResolvers<void>();
    const late = withStores(app, {
      conversations: {
        project: async (id, attributes) => {
          await slow.promise;
          return app.stores.conversations.project(id, attributes);
        },
      },
    });
    const first = commandPool(poolId, [presence("agent-en"), enqueue("cnv_1")], late, createPoolMemory());
    const transfer: PoolEvent = {
      kind: "transfer",
      conversationId: "cnv_1",
      version: 1,
      by: "agent-en",
      to: { skills: [{ skill: "de", level: 1 }] },
    };
    while ((await log(app)).length === 0) await Promise.resolve();
    await commandPool(poolId, [transfer], app, createPoolMemory());
    slow.resolve();
    await first;
    expect(await app.stores.conversations.get("cnv_1")).toMatchObject({ status: "waiting", agentId: null });
  });
});

describe("resolving", () => {
  test("closes the conversation and frees the customer's slot", async () => {
    const { app } = createFlow();
    await received(app, "cnv_1");
    await commandPool(poolId, [presence("agent-en"), enqueue("cnv_1"), resolve("cnv_1")], app, createPoolMemory());
    const closed = await app.stores.conversations.get("cnv_1");
    expect(closed).toMatchObject({ status: "resolved" });
    expect(closed?.closedAt).toBeDefined();
    expect((await app.stores.customers.get(identity.customerId))?.openConversationId).toBeUndefined();
  });

  test("is undone by a message that the pool had not seen: it is enqueued again", async () => {
    const flow = createFlow();
    const { app } = flow;
    await received(app, "cnv_1");
    await commandPool(poolId, [presence("agent-en"), enqueue("cnv_1")], app, createPoolMemory());
    await receive(app, "cnv_1", "2");
    await commandPool(poolId, [resolve("cnv_1")], app, createPoolMemory());
    expect(flow.queues.pool.waiting).toMatchObject([{ body: { event: { kind: "enqueue", version: 2 } } }]);
    await flow.settle();
    const opened = await app.stores.conversations.get("cnv_1");
    expect(opened).toMatchObject({ status: "assigned", agentId: "agent-en", messageVersion: 2 });
    expect(opened?.closedAt).toBeUndefined();
  });
});

describe("what the pool has and the table has not", () => {
  test("a conversation that is closed leaves the pool", async () => {
    const flow = createFlow();
    const { app } = flow;
    await received(app, "cnv_1");
    await app.stores.conversations.close("cnv_1", 1, isoTime(app.clock.now()), 0);
    await commandPool(poolId, [presence("agent-en"), enqueue("cnv_1")], app, createPoolMemory());
    await flow.settle();
    expect((await folded(app)).agents.get("agent-en")!.used).toBe(0);
  });

  test("a conversation that does not exist leaves the pool, and the log says so", async () => {
    const flow = createFlow();
    await commandPool(poolId, [presence("agent-en"), enqueue("cnv_erased")], flow.app, createPoolMemory());
    await flow.settle();
    expect((await folded(flow.app)).conversations.size).toBe(0);
    expect(flow.logged.join()).toContain("pool.conversation-missing");
  });
});

describe("a cold start", () => {
  async function longLog() {
    const flow = createFlow();
    const memory = createPoolMemory();
    await received(flow.app, "cnv_1", "cnv_2", "cnv_3");
    await commandPool(poolId, [enqueue("cnv_1"), enqueue("cnv_2"), enqueue("cnv_3")], flow.app, memory);
    for (let turn = 0; turn < limits.poolSnapshotEveryEntries; turn += 1) {
      await commandPool(poolId, [presence("agent-en", turn % 2 === 0 ? "available" : "away")], flow.app, memory);
    }
    return { ...flow, memory };
  }

  test("from a snapshot equals a warm process and the whole log", async () => {
    const { app, memory } = await longLog();
    expect((await app.stores.poolLog.head(poolId))?.sequence).toBe(limits.poolSnapshotEveryEntries);
    const { app: cold, calls } = counted(app);
    const restored = snapshotPool(await readPool(poolId, cold, createPoolMemory()));
    expect(calls).toEqual(["poolLog.head", "poolLog.watermark", "poolLog.readAfter"]);
    expect(restored).toBe(snapshotPool(await readPool(poolId, app, memory)));
    expect(restored).toBe(snapshotPool(await folded(app)));
  });

  test("goes by the log alone when the snapshot is gone", async () => {
    const { app, memory } = await longLog();
    const without = { ...app, blobs: { ...app.blobs, get: async () => undefined } };
    const read = snapshotPool(await readPool(poolId, without, createPoolMemory()));
    expect(read).toBe(snapshotPool(await readPool(poolId, app, memory)));
  });

  test("shows what lies above the watermark though the snapshot has it", async () => {
    const flow = createFlow();
    const { app } = flow;
    await received(app, "cnv_1");
    const dying = withStores(app, { conversations: { project: () => Promise.reject(new Error("killed")) } });
    const memory = createPoolMemory();
    const events = [presence("agent-en"), enqueue("cnv_1")];
    await expect(commandPool(poolId, events, dying, memory)).rejects.toThrow("killed");
    await app.blobs.put("snapshot", snapshotPool(await readPool(poolId, app, memory)));
    await app.stores.poolLog.setHead(poolId, { sequence: 1, key: "snapshot" });
    await commandPool(poolId, [], app, createPoolMemory());
    expect(await app.stores.conversations.get("cnv_1")).toMatchObject({ status: "assigned" });
  });

  test("whose snapshot can't be written goes on, and says so", async () => {
    const { app, logged, memory } = await longLog();
    const full = { ...app, blobs: { ...app.blobs, put: () => Promise.reject(new Error("no room")) } };
    memory.pools.get(poolId)!.snapshotSequence = 0;
    const headless = withStores(full, { poolLog: { head: async () => undefined } });
    await commandPool(poolId, [presence("agent-de")], headless, memory);
    expect(logged).toContain("pool.snapshot-failed: Error: no room");
  });
});

describe("an entry too large for an item", () => {
  const many = Array.from({ length: 3_000 }, (_, index) => ({
    ...configuration.pools[0]!.agents[0]!,
    id: `agent-${index}`,
  }));
  const config = { ...configuration, pools: [{ ...configuration.pools[0]!, agents: many }] };

  test("is kept as a blob, and read from there", async () => {
    const { app } = createFlow(config);
    await commandPool(poolId, [presence("agent-7")], app, createPoolMemory());
    const [stored] = await log(app);
    expect(stored).toMatchObject({ sequence: 1, events: [], outcomes: [] });
    expect(JSON.stringify(stored).length).toBeLessThan(1_000);
    const state = await readPool(poolId, app, createPoolMemory());
    expect(state.agents.size).toBe(3_000);
    expect(state.agents.get("agent-7")!.presence).toBe("available");
  });

  test("that is gone stops the pool with its name", async () => {
    const { app } = createFlow(config);
    await commandPool(poolId, [presence("agent-7")], app, createPoolMemory());
    const without = { ...app, blobs: { ...app.blobs, get: async () => undefined } };
    await expect(readPool(poolId, without, createPoolMemory())).rejects.toThrow("restore it");
  });
});
