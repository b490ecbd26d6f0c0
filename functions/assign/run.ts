import { limits } from "../../shared/core/limits.ts";
import type { PoolOutcome } from "../../shared/core/pool/types.ts";
import { countTry } from "../../shared/flow/batch.ts";
import { everyTryFailed, park } from "../../shared/flow/park.ts";
import { commandPool, type PoolMemory } from "../../shared/flow/pool.ts";
import type { App } from "../../shared/ports/app.ts";
import type { Delivery, PoolJob } from "../../shared/ports/queues.ts";

/**
 * Brings events to their pools: one entry of the log for all that a batch has for a pool, however many there are. What the
 * pool refuses would be refused again, and goes to a person.
 *
 * @returns ids of the messages to deliver again
 */
export async function run(batch: Delivery<PoolJob>[], app: App, memory: PoolMemory): Promise<string[]> {
  const groups = Map.groupBy(batch, (delivery) => delivery.groupId);
  const failed = await Promise.all(Array.from(groups.values(), (group) => workThroughGroup(group, app, memory)));
  return failed.flat();
}

async function workThroughGroup(group: Delivery<PoolJob>[], app: App, memory: PoolMemory): Promise<string[]> {
  try {
    const jobs = group.filter(isJob);
    for (const delivery of group) if (!isJob(delivery)) await park(delivery, "pool", "It is no job for a pool.", app);
    for (const [poolId, ofPool] of Map.groupBy(jobs, ({ body }) => body.poolId))
      for (const together of portionsOf(ofPool)) await commandOrPark(poolId, together, app, memory);
    return [];
  } catch (error) {
    app.log.error("pool.failed", error, { messages: group.length });
    return group.map(({ messageId }) => messageId);
  }
}

/** What has failed once goes one by one, so that an event that can't be decided takes nobody with it to the dead letters. */
const portionsOf = (deliveries: Delivery<PoolJob>[]): Delivery<PoolJob>[][] =>
  deliveries.some(({ receiveCount }) => receiveCount > 1) ? deliveries.map((delivery) => [delivery]) : [deliveries];

/**
 * One event that keeps failing while its pool takes others is at fault, and a person's: it holds up a whole pool. Where the
 * pool takes nothing, there is an outage, and everything waits.
 */
async function commandOrPark(poolId: string, deliveries: Delivery<PoolJob>[], app: App, memory: PoolMemory) {
  try {
    await command(poolId, deliveries, app, memory);
  } catch (error) {
    const [delivery, ...others] = deliveries;
    if (!delivery || others.length > 0) throw error;
    if ((await countTry(delivery, "pool", app)) < limits.maxPoolEventTries) throw error;
    app.log.error("pool.failed", error, { receiveCount: delivery.receiveCount });
    await commandPool(poolId, [{ kind: "sweep" }], app, memory);
    await park(delivery, "pool", everyTryFailed, app);
  }
}

/** A pool that is not configured may be so once a deploy is through: it fails, comes again, and is parked in the end. */
async function command(poolId: string, deliveries: Delivery<PoolJob>[], app: App, memory: PoolMemory): Promise<void> {
  const events = deliveries.map(({ body }) => body.event);
  const { entry } = await commandPool(poolId, events, app, memory);
  const before = entry.events.length - events.length;
  for (const { event, reason } of entry.outcomes.filter(isRefused)) {
    await park(deliveries[event - before]!, "pool", reason, app);
  }
}

const isRefused = (outcome: PoolOutcome) => outcome.kind === "refused";

const isJob = ({ body }: Delivery<PoolJob | null | undefined>): boolean =>
  typeof body?.poolId === "string" && typeof body.event === "object" && body.event !== null;
