import { describe, expect, test } from "vitest";
import { createFlow } from "./harness.ts";
import { run } from "../../functions/assign/run.ts";
import type { PoolEvent } from "../../shared/core/pool/types.ts";
import { createPoolMemory } from "../../shared/flow/pool.ts";
import type { App } from "../../shared/ports/app.ts";
import type { Delivery, PoolJob } from "../../shared/ports/queues.ts";

const poolId = "service";
let serial = 0;

function delivery(event: unknown, pool = poolId): Delivery<PoolJob> {
  serial += 1;
  const body: PoolJob = { schemaVersion: 1, poolId: pool, event: event as PoolEvent };
  return { messageId: `m${serial}`, body, groupId: pool, sequence: String(serial).padStart(20, "0"), receiveCount: 1 };
}

const presence = (agentId: string) => ({ kind: "presence", agentId, status: "available" });
const parked = async (app: App) => (await app.stores.parked.list({ limit: 10 })).items;

describe("a batch of pool events", () => {
  test("is one entry of the log", async () => {
    const { app } = createFlow();
    const batch = [delivery(presence("agent-en")), delivery({ kind: "sweep" }), delivery(presence("agent-de"))];
    expect(await run(batch, app, createPoolMemory())).toEqual([]);
    const entries = await app.stores.poolLog.readAfter(poolId, 0);
    expect(entries.map(({ events }) => events.map(({ kind }) => kind))).toEqual([
      ["configure", "presence", "sweep", "presence"],
    ]);
  });

  test("comes again as a whole when the log can't be written", async () => {
    const { app, logged } = createFlow();
    const poolLog = { ...app.stores.poolLog, append: () => Promise.reject(new Error("throttled")) };
    const batch = [delivery(presence("agent-en")), delivery(presence("agent-de"))];
    const failing = { ...app, stores: { ...app.stores, poolLog } };
    expect(await run(batch, failing, createPoolMemory())).toEqual(batch.map(({ messageId }) => messageId));
    expect(logged).toEqual(["pool.failed: Error: throttled"]);
  });

  test("of one pool is not held up by another that fails", async () => {
    const { app } = createFlow();
    const [unknown, known] = [delivery({ kind: "sweep" }, "unknown"), delivery(presence("agent-en"))];
    expect(await run([unknown, known], app, createPoolMemory())).toEqual([unknown.messageId]);
    expect(await app.stores.poolLog.readAfter(poolId, 0)).toHaveLength(1);
    expect(await parked(app)).toEqual([]);
  });

  test.each([
    ["an event that the pool refuses", { kind: "enqueue", conversationId: "cnv_1", version: 1 }, /names no queue/],
    ["an event of a kind that there is not", { kind: "explode" }, /kind explode/],
    ["something that is no event", 7, /no job/],
  ])("parks %s, and goes on with the rest", async (_, event, reason) => {
    const { app } = createFlow();
    const batch = [delivery(event), delivery(presence("agent-en"))];
    expect(await run(batch, app, createPoolMemory())).toEqual([]);
    expect(await parked(app)).toMatchObject([{ kind: "pool", groupId: poolId, reason: expect.stringMatching(reason) }]);
    const [entry] = await app.stores.poolLog.readAfter(poolId, 0);
    expect(entry?.outcomes).toContainEqual({ kind: "presence", agentId: "agent-en", status: "available" });
  });

  test.each([
    ["while the pool takes others, is a person's after five tries, and holds up nothing behind it", 5],
    ["while the pool takes nothing, waits with all behind it", 0],
  ])("in which one keeps failing %s", async (_, most) => {
    const { app } = createFlow();
    const isOutage = most === 0;
    const append: typeof app.stores.poolLog.append = async (entry) => {
      const isAtFault = entry.events.some((event) => event.kind === "presence" && event.agentId === "agent-de");
      if (isOutage || isAtFault) throw new Error("ValidationException");
      return app.stores.poolLog.append(entry);
    };
    const failing = { ...app, stores: { ...app.stores, poolLog: { ...app.stores.poolLog, append } } };
    const batch = [delivery(presence("agent-de")), delivery(presence("agent-en"))];
    const memory = createPoolMemory();
    let left = batch.map(({ messageId }) => messageId);
    let deliveries = 0;
    while (left.length > 0 && deliveries < 60) {
      for (const each of batch) each.receiveCount = deliveries + 1;
      left = await run(
        batch.filter(({ messageId }) => left.includes(messageId)),
        failing,
        memory,
      );
      deliveries += 1;
    }
    expect(left).toHaveLength(isOutage ? 2 : 0);
    expect(deliveries).toBe(isOutage ? 60 : 1 + most);
    expect((await parked(app)).map(({ body }) => JSON.parse(body).event)).toEqual(
      isOutage ? [] : [presence("agent-de")],
    );
  });

  test("that comes again after it was done changes nothing", async () => {
    const { app } = createFlow();
    const batch = [delivery(presence("agent-en")), delivery({ kind: "explode" })];
    await run(batch, app, createPoolMemory());
    await run(batch, app, createPoolMemory());
    expect(await parked(app)).toHaveLength(1);
  });
});
