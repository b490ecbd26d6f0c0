import { describe, expect, test } from "vitest";
import { createFlow } from "./harness.ts";
import {
  enqueue,
  folded,
  identity,
  log,
  poolId,
  presence,
  receive,
  received,
  resolve,
  withStores,
} from "./pool-support.ts";
import type { PoolEvent } from "../../shared/core/pool/types.ts";
import { commandPool, createPoolMemory } from "../../shared/flow/pool.ts";
import { isoTime } from "../../shared/ports/clock.ts";

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
