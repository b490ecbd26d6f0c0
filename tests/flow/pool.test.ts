import { describe, expect, test } from "vitest";
import { openTable } from "../stores/dynamo-table.ts";
import { configuration, createFlow } from "./harness.ts";
import {
  counted,
  enqueue,
  folded,
  log,
  poolId,
  presence,
  receive,
  received,
  resolve,
  withStores,
} from "./pool-support.ts";
import { limits } from "../../shared/core/limits.ts";
import { applyEntry } from "../../shared/core/pool/apply.ts";
import { snapshotPool } from "../../shared/core/pool/snapshot.ts";
import { createPoolState } from "../../shared/core/pool/state.ts";
import { agentViews } from "../../shared/core/pool/views.ts";
import { commandPool, createPoolMemory, PoolBusy, readPool, type PoolMemory } from "../../shared/flow/pool.ts";
import type { App } from "../../shared/ports/app.ts";
import { isoTime } from "../../shared/ports/clock.ts";
import type { PoolLogStore } from "../../shared/ports/work.ts";
import { dynamoStores } from "../../shared/stores/dynamodb/index.ts";

describe("a command", () => {
  test("configures the pool first, is decided, and is shown on the conversation", async () => {
    const { app, desks } = createFlow();
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
    expect(desks.pushed.map(({ data }) => JSON.parse(data))).toEqual([
      { type: "conversation", conversationId: "cnv_1" },
    ]);
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
    await received(app, "cnv_0", "cnv_1", "cnv_2");
    await commandPool(poolId, [presence("agent-en"), enqueue("cnv_0")], app, memory);
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

interface Writer {
  app: App;
  memory: PoolMemory;
}

/** Lets each writer enqueue and resolve as fast as it can. @returns what the log says afterwards */
async function writeAtOnce(writers: Writer[]) {
  const { app } = writers[0]!;
  await commandPool(poolId, [presence("agent-en"), presence("agent-de")], app, createPoolMemory());
  await Promise.all(writers.map((writer, index) => write(writer, `cnv_${index}`)));
  const entries = await log(app);
  const state = createPoolState(poolId);
  const overCapacity: string[] = [];
  for (const entry of entries) {
    applyEntry(state, entry);
    for (const { profile, used } of state.agents.values()) if (used > profile.units) overCapacity.push(profile.id);
  }
  const known = await Promise.all(writers.map((writer) => readPool(poolId, writer.app, writer.memory)));
  return {
    sequences: entries.map(({ sequence }) => sequence),
    commands: entries.flatMap(({ events }) => events).filter(({ kind }) => kind === "enqueue" || kind === "resolve")
      .length,
    overCapacity,
    used: agentViews(state).map(({ unitsUsed }) => unitsUsed),
    snapshot: JSON.parse(snapshotPool(state)),
    snapshots: known.map((each) => JSON.parse(snapshotPool(each))),
  };
}

/** No gap, each writer's 12 enqueues and 4 resolves, nobody over capacity, and every process knows the same. */
const soundLog = ({ sequences, snapshot, snapshots }: Awaited<ReturnType<typeof writeAtOnce>>) => ({
  sequences: sequences.map((_, index) => index + 1),
  commands: 8 * (12 + 4),
  overCapacity: [],
  used: [2, 2],
  snapshots: snapshots.map(() => snapshot),
});

async function write({ app, memory }: Writer, prefix: string): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    const id = `${prefix}_${turn}`;
    await receive(app, id);
    await commandPool(poolId, [enqueue(id, 1, turn % 2 === 0 ? "en" : "de")], app, memory);
    if (turn % 3 === 0) await commandPool(poolId, [resolve(id)], app, memory);
  }
}

describe("writers at once", () => {
  test("leave a log without a gap, with every command in it and nobody over capacity", async () => {
    const { app } = createFlow();
    const result = await writeAtOnce(Array.from({ length: 8 }, () => ({ app, memory: createPoolMemory() })));
    expect(result).toMatchObject(soundLog(result));
  });

  test("do so on DynamoDB, each with a client of its own", async () => {
    const table = await openTable();
    try {
      const { app } = createFlow();
      const writers = Array.from({ length: 8 }, () => ({
        app: { ...app, stores: dynamoStores(table.connect(), table.tableName) },
        memory: createPoolMemory(),
      }));
      const result = await writeAtOnce(writers);
      expect(result).toMatchObject(soundLog(result));
    } finally {
      await table.close();
    }
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
