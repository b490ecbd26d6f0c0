import type { SQSRecord } from "aws-lambda";
import { kindsByQueue, type ParkedKind } from "../../shared/flow/parked-kinds.ts";
import type { Log } from "../../shared/ports/log.ts";

/** A queue's name ends in what is on it: `…-inbound.fifo`. */
const queueNameEnd = /-([a-z]+)(\.fifo)?$/;

/**
 * What a dead letter was, by the queue that it failed in.
 *
 * @param source the queue's ARN: SQS tells it with each message of a dead-letter queue (API reference, "ReceiveMessage")
 * @returns undefined where it is no queue of ours
 */
export function kindOf(source = ""): ParkedKind | undefined {
  const queue = queueNameEnd.exec(source)?.[1] ?? "";
  return Object.hasOwn(kindsByQueue, queue) ? kindsByQueue[queue as keyof typeof kindsByQueue] : undefined;
}

/** Dead letters by what they were. One that nobody can tell of stays where it is, alone, and the log says what to do. */
export function sorted<DeadLetter extends Pick<SQSRecord, "messageId" | "attributes">>(
  records: DeadLetter[],
  log: Log,
): { known: Map<ParkedKind, DeadLetter[]>; foreign: string[] } {
  const byKind = Map.groupBy(records, ({ attributes }) => kindOf(attributes.DeadLetterQueueSourceArn));
  const foreign = byKind.get(undefined) ?? [];
  for (const { messageId, attributes } of foreign) {
    const source = attributes.DeadLetterQueueSourceArn ?? "no queue: somebody put it there by hand";
    const what = `A dead letter comes from ${source}. Look at it in the dead-letter queue, and delete it there, or send it to the queue that it is for.`;
    log.error("drain.foreign", new Error(what), { messageId });
  }
  byKind.delete(undefined);
  return { known: byKind as Map<ParkedKind, DeadLetter[]>, foreign: foreign.map(({ messageId }) => messageId) };
}
