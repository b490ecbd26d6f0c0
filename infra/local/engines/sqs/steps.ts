import type { BatchResultErrorEntry, SendMessageBatchResultEntry } from "@aws-sdk/client-sqs";
import { AwsError } from "../error.ts";
import type { LiveQueue } from "./delivery.ts";
import { md5, md5OfAttributes } from "./digest.ts";
import { attributesToText, sequenceNumber } from "./message.ts";
import { expiredReceipt, readReceipt, unavailableReceipt } from "./receipt.ts";
import { sqsLimits } from "./settings.ts";
import type { QueueStore } from "./store.ts";
import { acceptEntry, integerParameter, missing, type SendEntry } from "./validation.ts";

/* What SQS does with one message, alone or as an entry of a batch. Each step belongs inside a transaction. */

type Sent = Required<Pick<SendMessageBatchResultEntry, "MessageId" | "MD5OfMessageBody">> &
  Pick<SendMessageBatchResultEntry, "MD5OfMessageAttributes" | "SequenceNumber">;

/** A duplicate within the window is answered with the first one's ids and not stored. */
export function sendOne(store: QueueStore, queue: LiveQueue, entry: SendEntry, now: number): Sent {
  const { row, settings } = queue;
  const accepted = acceptEntry(entry, settings);
  const scope = settings.deduplicationScope === "messageGroup" ? (accepted.groupId ?? "") : "";
  const { deduplicationId } = accepted;
  let sent = deduplicationId === undefined ? undefined : store.duplicateOf(row.name, scope, deduplicationId, now);
  if (!sent) {
    sent = store.add(row.name, accepted, settings, attributesToText(entry.MessageAttributes), now);
    if (deduplicationId !== undefined)
      store.rememberDeduplication(row.name, scope, deduplicationId, sent, now + sqsLimits.deduplicationWindowMs);
  }
  const attributesDigest = md5OfAttributes(entry.MessageAttributes);
  return {
    MessageId: sent.messageId,
    MD5OfMessageBody: md5(accepted.body),
    ...(attributesDigest ? { MD5OfMessageAttributes: attributesDigest } : {}),
    ...(settings.fifo ? { SequenceNumber: sequenceNumber(sent.number) } : {}),
  };
}

/** An old handle: FIFO refuses it, standard says yes and does nothing. */
export function deleteOne(store: QueueStore, queue: LiveQueue, handle: string | undefined, now: number): void {
  const { name } = queue.row;
  const receipt = readReceipt(name, handle);
  const message = store.message(name, receipt.number);
  if (!message) return;
  const latest = message.receipt === receipt.receiveCount;
  if (queue.settings.fifo && !(latest && message.visibleAt > now)) throw expiredReceipt(handle!);
  if (latest) store.remove(name, message);
}

export function changeVisibilityOne(
  store: QueueStore,
  queue: LiveQueue,
  input: { ReceiptHandle?: string | undefined; VisibilityTimeout?: number | undefined },
  now: number,
): void {
  const { name } = queue.row;
  if (input.VisibilityTimeout === undefined) throw missing("VisibilityTimeout");
  const visibilityMs = visibilityOf(input.VisibilityTimeout);
  const receipt = readReceipt(name, input.ReceiptHandle);
  const message = store.message(name, receipt.number);
  if (!message || message.receipt !== receipt.receiveCount) throw unavailableReceipt(input.ReceiptHandle!);
  if (message.visibleAt <= now)
    throw new AwsError("MessageNotInflight", "The specified message isn't in flight.", {
      queryCode: "AWS.SimpleQueueService.MessageNotInflight",
    });
  store.setVisibleAt(message.number, now + visibilityMs);
  store.refreshLane(name, message.lane);
}

/** @returns milliseconds */
export const visibilityOf = (seconds: number): number =>
  integerParameter("VisibilityTimeout", seconds, { from: 0, to: sqsLimits.maxVisibilitySeconds, otherwise: 0 }) * 1000;

/** Each entry by itself: what is wrong with one does not touch the others. */
export function eachEntry<Entry extends { Id?: string | undefined }, Result>(
  entries: Entry[],
  run: (entry: Entry) => Result,
): { Successful: ({ Id: string } & Result)[]; Failed: BatchResultErrorEntry[] } {
  const Successful: ({ Id: string } & Result)[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    const Id = entry.Id!;
    try {
      Successful.push({ Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, Code: error.queryCode, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}
