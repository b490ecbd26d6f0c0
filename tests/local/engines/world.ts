import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Message } from "@aws-sdk/client-sqs";
import { VirtualClock } from "../../../infra/local/clock.ts";
import { type CloudDatabase, openDatabase } from "../../../infra/local/engines/database.ts";
import { SqsEngine } from "../../../infra/local/engines/sqs/engine.ts";

export const startOfWorld = Date.UTC(2026, 0, 5, 9);

/** A folder of its own that `remove` takes away again. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "switchyard-engines-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export const arnOf = (name: string): string => `arn:aws:sqs:us-east-1:000000000000:${name}`;

export interface QueueWorld {
  clock: VirtualClock;
  database: CloudDatabase;
  sqs: SqsEngine;
}

/** An SQS engine in memory under a frozen clock, with `jobs.fifo` → `dead.fifo` and `timers` → `timers-dead`. */
export async function queueWorld(attributes: Record<string, string> = {}): Promise<QueueWorld> {
  const clock = new VirtualClock({ frozenAtMs: startOfWorld });
  const database = openDatabase("memory");
  const sqs = new SqsEngine({ database, clock });
  const redrive = (target: string) => JSON.stringify({ deadLetterTargetArn: arnOf(target), maxReceiveCount: 3 });
  const fifo = { FifoQueue: "true", DeduplicationScope: "messageGroup", FifoThroughputLimit: "perMessageGroupId" };
  await sqs.createQueue("dead.fifo", fifo);
  await sqs.createQueue("jobs.fifo", {
    ...fifo,
    VisibilityTimeout: "30",
    RedrivePolicy: redrive("dead.fifo"),
    ...attributes,
  });
  await sqs.createQueue("timers-dead", {});
  await sqs.createQueue("timers", { VisibilityTimeout: "30", RedrivePolicy: redrive("timers-dead") });
  return { clock, database, sqs };
}

let sent = 0;

export const sendTo = (sqs: SqsEngine, group: string, body: string, deduplicationId = `d${(sent += 1)}`) =>
  sqs.sendMessage({
    QueueUrl: "jobs.fifo",
    MessageBody: body,
    MessageGroupId: group,
    MessageDeduplicationId: deduplicationId,
  });

export async function receiveFrom(
  sqs: SqsEngine,
  queue: string,
  limit = 10,
  options: { VisibilityTimeout?: number } = {},
): Promise<Message[]> {
  const { Messages = [] } = await sqs.receiveMessage({
    QueueUrl: queue,
    MaxNumberOfMessages: limit,
    MessageSystemAttributeNames: ["All"],
    MessageAttributeNames: ["All"],
    ...options,
  });
  return Messages;
}

export const bodies = (messages: Message[]): string[] => messages.map(({ Body }) => Body!);

export const remove = (sqs: SqsEngine, queue: string, message: Message) =>
  sqs.deleteMessage({ QueueUrl: queue, ReceiptHandle: message.ReceiptHandle });

export async function counts(
  sqs: SqsEngine,
  queue: string,
): Promise<[visible: number, inFlight: number, delayed: number]> {
  const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl: queue, AttributeNames: ["All"] });
  return [
    Number(Attributes["ApproximateNumberOfMessages"]),
    Number(Attributes["ApproximateNumberOfMessagesNotVisible"]),
    Number(Attributes["ApproximateNumberOfMessagesDelayed"]),
  ];
}
