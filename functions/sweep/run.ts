import { limits } from "../../shared/core/limits.ts";
import { sendPoolEvent } from "../../shared/flow/pool-events.ts";
import { enqueueSend } from "../../shared/flow/reply.ts";
import type { App } from "../../shared/ports/app.ts";
import { isoTime } from "../../shared/ports/clock.ts";
import type { DueItem } from "../../shared/ports/stores.ts";

/**
 * Runs once a minute: wakes every pool, so that offers lapse, requirements relax and nobody waits beside idle hands
 * (invariant I5), and does what the due index lists.
 */
export async function run(app: App): Promise<void> {
  const minute = isoTime(app.clock.now()).slice(0, 16);
  await Promise.all(app.config.pools.map((pool) => sendPoolEvent(pool.id, { kind: "sweep" }, minute, app)));
  const due = await app.stores.due.due(isoTime(app.clock.now()), limits.maxDueItemsPerSweep);
  for (const item of due) await checkSend(item, minute, app);
}

/**
 * A reply that nobody has tried to send may never have reached the queue: put there once more, it is the queue's to keep.
 * One that was tried is there, or is parked.
 */
async function checkSend(item: DueItem, minute: string, app: App): Promise<void> {
  const message = await app.stores.messages.get(item.job.messageId);
  if (message?.direction === "out" && message.status === "queued" && message.attemptId === undefined) {
    await enqueueSend(message, minute, app);
  }
  await app.stores.due.remove(item);
}
