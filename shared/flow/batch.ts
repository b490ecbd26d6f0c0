import { limits } from "../core/limits.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";
import type { Delivery } from "../ports/queues.ts";
import { park, PermanentFailure } from "./park.ts";
import type { ParkedKind } from "./parked-kinds.ts";

/**
 * Works through a batch from a queue: groups side by side, one group's messages in their order.
 *
 * After a failure the rest of that group is failed too, so that order holds when they come again. What will never
 * succeed (`PermanentFailure`) is parked at once and counts as done.
 *
 * @returns ids of the messages to deliver again
 */
export async function workThrough<Body>(
  batch: Delivery<Body>[],
  kind: ParkedKind,
  app: App,
  work: (delivery: Delivery<Body>) => Promise<void>,
): Promise<string[]> {
  const groups = Map.groupBy(batch, (delivery) => delivery.groupId || delivery.messageId);
  const failed = await Promise.all(Array.from(groups.values(), (group) => workThroughGroup(group, kind, app, work)));
  return failed.flat();
}

async function workThroughGroup<Body>(
  group: Delivery<Body>[],
  kind: ParkedKind,
  app: App,
  work: (delivery: Delivery<Body>) => Promise<void>,
): Promise<string[]> {
  for (const [position, delivery] of group.entries()) {
    try {
      await doOrPark(delivery, kind, app, work);
    } catch (error) {
      app.log.error(`${kind}.failed`, error, {
        receiveCount: delivery.receiveCount,
        behind: group.length - position - 1,
      });
      return group.slice(position).map((rest) => rest.messageId);
    }
  }
  return [];
}

async function doOrPark<Body>(
  delivery: Delivery<Body>,
  kind: ParkedKind,
  app: App,
  work: (delivery: Delivery<Body>) => Promise<void>,
): Promise<void> {
  try {
    await work(delivery);
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    await park(delivery, kind, error.message, app);
  }
}

/**
 * Counts a job's own tries, from its second delivery on. Deliveries count those as well in which it only waited behind
 * another of its group.
 */
export async function countTry(
  { messageId, receiveCount }: Delivery<unknown>,
  kind: ParkedKind,
  app: App,
): Promise<number> {
  if (receiveCount <= 1) return 0;
  const forgetAt = isoTime(app.clock.now() + limits.triesMemoryMs);
  return app.stores.rates.count(`tries:${kind}:${messageId}`, "always", forgetAt);
}
