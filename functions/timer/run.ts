import { workThrough } from "../../shared/flow/batch.ts";
import { sendPoolEvent } from "../../shared/flow/pool-events.ts";
import type { App } from "../../shared/ports/app.ts";
import type { Delivery, TimerJob } from "../../shared/ports/queues.ts";

/** Fires timers: each only names what to look at again, and what it finds there decides. */
export function run(batch: Delivery<TimerJob>[], app: App): Promise<string[]> {
  return workThrough(batch, "timer", app, async ({ body, messageId }) => {
    await sendPoolEvent(body.timer.poolId, { kind: "sweep" }, messageId, app);
  });
}
