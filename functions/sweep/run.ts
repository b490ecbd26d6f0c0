import { limits } from "../../shared/core/limits.ts";
import { wakeDeliveries } from "../../shared/flow/deliveries.ts";
import { configureEventOf, sendPoolEvent } from "../../shared/flow/pool-events.ts";
import { checkAccepted } from "../../shared/flow/reply.ts";
import type { App } from "../../shared/ports/app.ts";
import { isoTime } from "../../shared/ports/clock.ts";
import type { DueItem } from "../../shared/ports/work.ts";

/** What a process remembers between runs. It may be lost at any time. */
export interface SweepMemory {
  /** the configuration by which pools that are gone were dissolved */
  dissolvedBy?: string;
}

/**
 * Runs once a minute: wakes every pool, so that offers lapse, requirements relax and nobody waits beside idle hands
 * (invariant I5), and does what the due index lists.
 */
export async function run(app: App, memory: SweepMemory = {}): Promise<void> {
  const now = app.clock.now();
  const minute = isoTime(now).slice(0, 16);
  const wake = (poolId: string) => sendPoolEvent(poolId, { kind: "sweep" }, minute, app);
  const parts = [
    ...app.config.pools.map((pool) => wake(pool.id)),
    dissolvePools(minute, app, memory),
    checkDue(isoTime(now), minute, app),
  ];
  const failures = (await Promise.allSettled(parts)).filter((part) => part.status === "rejected");
  if (failures.length > 0)
    throw new AggregateError(
      failures.map(({ reason }) => reason),
      "A part of the sweep failed.",
    );
}

/**
 * Pools that the configuration does not have any more: what is open there goes on where its queue is now. At once when the
 * configuration is another, and every ten minutes for what older functions of a deploy have brought there since.
 */
async function dissolvePools(minute: string, app: App, memory: SweepMemory): Promise<void> {
  const { config, stores } = app;
  if (memory.dissolvedBy === config.version && !minute.endsWith("0")) return;
  const configured = config.pools.map(({ id }) => id);
  const known = await stores.poolLog.remember(configured);
  const gone = known.filter((id) => !configured.includes(id));
  const dissolve = configureEventOf(undefined, config);
  await Promise.all(gone.map((poolId) => sendPoolEvent(poolId, dissolve, minute, app)));
  memory.dissolvedBy = config.version;
}

/** Everything that is due, in parts. What fails is left for the next minute and does not stand in the way of the rest. */
async function checkDue(now: string, minute: string, app: App): Promise<void> {
  const failed = new Set<string>();
  for (;;) {
    const due = await app.stores.due.due(now, limits.maxDueItemsPerRead + failed.size);
    const fresh = due.filter(({ id }) => !failed.has(id));
    if (fresh.length === 0) return;
    for (let start = 0; start < fresh.length; start += limits.maxParallelWrites) {
      const some = fresh.slice(start, start + limits.maxParallelWrites);
      const results = await Promise.allSettled(some.map((item) => doDue(item, minute, app)));
      for (const [position, result] of results.entries()) {
        if (result.status === "fulfilled") continue;
        failed.add(some[position]!.id);
        app.log.error("sweep.due-item-failed", result.reason, { id: some[position]!.id });
      }
    }
  }
}

async function doDue(item: DueItem, minute: string, app: App): Promise<void> {
  if (item.job.kind === "send-check") await checkAccepted(item.job.messageId, minute, app);
  else await wakeDeliveries([item.job], item.dueAt, app);
  await app.stores.due.remove(item);
}
