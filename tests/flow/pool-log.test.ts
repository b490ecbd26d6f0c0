import { describe, expect, test } from "vitest";
import { configuration, createFlow } from "./harness.ts";
import { counted, enqueue, folded, log, poolId, presence, received, withStores } from "./pool-support.ts";
import { limits } from "../../shared/core/limits.ts";
import { snapshotPool } from "../../shared/core/pool/snapshot.ts";
import { commandPool, createPoolMemory, readPool } from "../../shared/flow/pool.ts";

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
