import { limits } from "../../shared/core/limits.ts";
import { sendRank } from "../../shared/core/message.ts";
import { sendPoolEvent } from "../../shared/flow/pool-events.ts";
import { enqueueSend, sendCheck } from "../../shared/flow/reply.ts";
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

/** A reply that is not yet with its provider goes on the queue again, and stays in the index until it is. */
async function checkSend(item: DueItem, minute: string, app: App): Promise<void> {
  const message = await app.stores.messages.get(item.job.messageId);
  if (message?.direction === "out" && sendRank(message.status) < sendRank("parked")) {
    await app.stores.due.put(sendCheck(message.id, app.clock.now()));
    await enqueueSend(message, minute, app);
  }
  await app.stores.due.remove(item);
}
