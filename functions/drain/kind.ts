import { kindsByQueue, type ParkedKind } from "../../shared/flow/parked-kinds.ts";

/** A queue's name ends in what is on it: `…-inbound.fifo`. */
const queueNameEnd = /-([a-z]+)(\.fifo)?$/;

/**
 * What a dead letter was, by the queue that it failed in.
 *
 * @param source the queue's ARN: SQS tells it with each message of a dead-letter queue (API reference, "ReceiveMessage")
 * @throws where it is no queue of ours
 */
export function kindOf(source = ""): ParkedKind {
  const queue = queueNameEnd.exec(source)?.[1] ?? "";
  if (!Object.hasOwn(kindsByQueue, queue))
    throw new Error(`A dead letter comes from "${source}", which is no queue of ours.`);
  return kindsByQueue[queue as keyof typeof kindsByQueue];
}
