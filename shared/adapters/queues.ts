import {
  SendMessageBatchCommand,
  type BatchResultErrorEntry,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { limits } from "../core/limits.ts";
import type { Blobs } from "../ports/blobs.ts";
import type { Delivery, Queue, QueueEntry } from "../ports/queues.ts";
import type { Random } from "../ports/random.ts";

/** What stands on the queue in place of a body that is too large for it. */
interface BlobPointer {
  $blob: string;
}

const maxSendAttempts = 3;

/** One queue of SQS; `send` knows by an entry's group whether it is a FIFO queue. */
export function sqsQueue<Body>(client: SQSClient, url: string, blobs: Pick<Blobs, "put">, random: Random): Queue<Body> {
  return {
    async send(entries) {
      const bodies = await Promise.all(entries.map(({ body }) => bodyText(body, blobs, random)));
      await sendBatches(client, url, batchesOf(entries, bodies));
    },
  };
}

/**
 * After an entry that the queue does not take, none of its group goes there in a later batch: it would come to stand before
 * it. The other groups go on, since whoever sends all of it again is none the worse for what is there already.
 */
async function sendBatches(client: SQSClient, url: string, batches: SendMessageBatchRequestEntry[][]): Promise<void> {
  const failed: BatchResultErrorEntry[] = [];
  const stopped = new Set<string>();
  let held = 0;
  for (const batch of batches) {
    const sent = batch.filter(({ MessageGroupId: group }) => group === undefined || !stopped.has(group));
    held += batch.length - sent.length;
    const notTaken = await sendBatch(client, url, sent);
    failed.push(...notTaken);
    const ids = new Set(notTaken.map(({ Id }) => Id));
    for (const { Id, MessageGroupId } of sent) if (ids.has(Id) && MessageGroupId) stopped.add(MessageGroupId);
  }
  if (failed.length === 0) return;
  const codes = [...new Set(failed.map(({ Code }) => Code))].join(", ");
  const behind = held === 0 ? "" : `; ${held} behind them in their groups were not sent`;
  const entries = failed.map(({ Id }) => `#${Id}`).join(", ");
  throw new Error(
    `Queue ${queueName(url)} did not take ${failed.length} of ${batches.flat().length} messages (${entries}): ${codes}${behind}`,
  );
}

async function bodyText(body: unknown, blobs: Pick<Blobs, "put">, random: Random): Promise<string> {
  const text = allowedJson(body);
  if (Buffer.byteLength(text) <= limits.maxQueueBodyBytes) return text;
  const key = `bodies/${Buffer.from(random.bytes(20)).toString("hex")}`;
  await blobs.put(key, text);
  return JSON.stringify({ $blob: key } satisfies BlobPointer);
}

/**
 * SQS refuses characters that XML 1.0 lacks (API reference, SendMessage). JSON escapes all of them but these two: a
 * customer's text may hold them.
 */
const allowedJson = (body: unknown): string =>
  JSON.stringify(body).replaceAll("\uFFFE", "\\ufffe").replaceAll("\uFFFF", "\\uffff");

/**
 * Each within SQS's count and bytes. Of what a batch holds SQS may take any and leave any, and what is left comes later: so
 * no two of a group are in one, and each of them is in a later one than that before it.
 */
function batchesOf(entries: QueueEntry<unknown>[], bodies: string[]): SendMessageBatchRequestEntry[][] {
  const batches: { entries: SendMessageBatchRequestEntry[]; bytesLeft: number }[] = [];
  const next = new Map<string | undefined, number>();
  for (const [position, { groupId, deduplicationId, delaySeconds }] of entries.entries()) {
    const body = bodies[position]!;
    const bytes = Buffer.byteLength(body);
    const first = next.get(groupId) ?? 0;
    const hasRoom = ({ entries: { length }, bytesLeft }: (typeof batches)[number], index: number) =>
      index >= first && length < limits.maxQueueBatchMessages && bytes <= bytesLeft;
    let index = batches.findIndex(hasRoom);
    if (index === -1) index = batches.push({ entries: [], bytesLeft: limits.maxQueueBatchBytes }) - 1;
    if (groupId !== undefined) next.set(groupId, index + 1);
    const batch = batches[index]!;
    batch.bytesLeft -= bytes;
    batch.entries.push({
      Id: String(position),
      MessageBody: body,
      MessageGroupId: groupId,
      MessageDeduplicationId: deduplicationId,
      DelaySeconds: delaySeconds,
    });
  }
  return batches.map((batch) => batch.entries);
}

/**
 * A batch may be taken in part: what was not is sent again, and its deduplication ids keep it from being there twice.
 *
 * @returns what is not taken in the end
 */
async function sendBatch(
  client: SQSClient,
  url: string,
  batch: SendMessageBatchRequestEntry[],
): Promise<BatchResultErrorEntry[]> {
  let left = batch;
  for (let attempt = 1; left.length > 0; attempt += 1) {
    const { Failed: failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: left }));
    if (failed.some(({ SenderFault }) => SenderFault) || attempt === maxSendAttempts) return failed;
    const failedIds = new Set(failed.map(({ Id }) => Id));
    left = left.filter(({ Id }) => failedIds.has(Id));
  }
  return [];
}

const queueName = (url: string): string => url.slice(url.lastIndexOf("/") + 1);

/**
 * A record of an SQS event as a worker takes it, its body brought back from the bucket where it was too large.
 *
 * A body that is no JSON stays the text that it is, and a pointer to what is gone stays a pointer: neither is a job that
 * a worker knows, so it parks it for a person at once, while the rest of the batch goes on.
 */
export async function readDelivery<Body>(record: SQSRecord, blobs: Pick<Blobs, "get">): Promise<Delivery<Body>> {
  const { messageId, attributes } = record;
  const body = parsedOrText(record.body);
  const whole = isPointer(body) ? await blobs.get(body.$blob) : undefined;
  return {
    messageId,
    body: (whole === undefined ? body : parsedOrText(whole)) as Body,
    groupId: attributes.MessageGroupId ?? "",
    sequence: attributes.SequenceNumber ?? "",
    receiveCount: Number(attributes.ApproximateReceiveCount),
  };
}

const isPointer = (body: unknown): body is BlobPointer =>
  typeof body === "object" && body !== null && "$blob" in body && typeof body.$blob === "string";

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
