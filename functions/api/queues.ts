import { seesAll, visibleQueueIds } from "../access.ts";
import type { CallOf } from "./routes.ts";
import { queueSummaries } from "../../shared/core/pool/views.ts";
import { readPool } from "../../shared/flow/pool.ts";
import { pageInMemory } from "../input.ts";

export async function listQueues(call: CallOf<"listQueues">) {
  const visible = visibleQueueIds(call.caller, call.app);
  const states = await Promise.all(call.app.config.pools.map((pool) => readPool(pool.id, call.app, call.memory)));
  const now = call.app.clock.now();
  const items = states
    .flatMap((state) => queueSummaries(state, now))
    .filter((queue) => seesAll(call.caller) || visible.includes(queue.id));
  return pageInMemory(items, (queue) => queue.id, call.query);
}
