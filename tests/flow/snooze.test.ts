import { expect, test } from "vitest";
import { agent, createFlow, onlyConversation, started } from "./harness.ts";
import { enqueue, poolId, presence, receive, received } from "./pool-support.ts";
import type { PoolEvent } from "../../shared/core/pool/types.ts";
import { commandPool, createPoolMemory } from "../../shared/flow/pool.ts";
import { isoTime } from "../../shared/ports/clock.ts";

const threeHoursMs = 3 * 60 * 60_000;

async function held() {
  const flow = createFlow();
  const memory = createPoolMemory();
  await received(flow.app, "cnv_1");
  await commandPool(poolId, [presence("agent-en"), enqueue("cnv_1")], flow.app, memory);
  const until = isoTime(flow.app.clock.now() + threeHoursMs);
  const snooze: PoolEvent = { kind: "snooze", conversationId: "cnv_1", version: 1, until, by: "agent-en" };
  return { ...flow, memory, snooze };
}

test("what a customer writes ends the snooze, and whoever set it aside has it again", async () => {
  const { flow, id } = await started();
  const until = isoTime(flow.app.clock.now() + threeHoursMs);
  await flow.call(agent("agent-en"), "POST", `/v1/conversations/${id}/snooze`, { until });
  expect(await onlyConversation(flow, agent("agent-en"), "snoozed")).toMatchObject({ id, snoozedUntil: until });
  await flow.text("Are you still there?");
  expect(await onlyConversation(flow, agent("agent-en"), "assigned")).toMatchObject({ id, agentId: "agent-en" });
});

test("what a customer writes while their conversation is being set aside brings it back, too", async () => {
  const { app, memory, snooze, queues } = await held();
  // Route still sees the conversation as held, so it has nothing to tell the pool.
  await receive(app, "cnv_1", "2");
  expect(queues.pool.waiting).toEqual([]);
  await commandPool(poolId, [snooze], app, memory);
  expect(queues.pool.waiting.map(({ body }) => body)).toMatchObject([
    { event: { kind: "enqueue", conversationId: "cnv_1", version: 2 } },
  ]);
});

test("nobody wrote: it stays aside, and the pool is told nothing", async () => {
  const { app, memory, snooze, queues } = await held();
  await commandPool(poolId, [snooze], app, memory);
  expect(queues.pool.waiting).toEqual([]);
  expect(await app.stores.conversations.get("cnv_1")).toMatchObject({ status: "snoozed", agentId: "agent-en" });
});
