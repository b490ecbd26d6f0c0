import { everyTryFailed, park } from "../../shared/flow/park.ts";
import type { ParkedKind } from "../../shared/flow/parked-kinds.ts";
import type { App } from "../../shared/ports/app.ts";
import type { Delivery } from "../../shared/ports/queues.ts";

/**
 * Moves what a dead-letter queue holds before an operator. A message that can't be parked now stays in the queue.
 *
 * @param kind whose dead letters these are
 * @returns ids of the messages to deliver again
 */
export async function run(batch: Delivery<unknown>[], kind: ParkedKind, app: App): Promise<string[]> {
  const failed: string[] = [];
  for (const delivery of batch) {
    try {
      await park(delivery, kind, everyTryFailed, app);
    } catch (error) {
      app.log.error("drain.failed", error, { kind });
      failed.push(delivery.messageId);
    }
  }
  return failed;
}
