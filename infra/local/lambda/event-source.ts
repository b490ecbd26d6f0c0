import type { Message } from "@aws-sdk/client-sqs";
import type { VirtualClock } from "../clock.ts";
import type { SqsEngine } from "../engines/sqs/engine.ts";
import type { Meter } from "../gateway/gateway.ts";
import type { EventSourceMappingDefinition } from "../template/blueprint.ts";
import type { Invocable } from "./function.ts";
import type { InvocationResult } from "./protocol.ts";

/** ReceiveMessage gives at most ten (API reference). */
const maxReceivedMessages = 10;

export interface EventSourceOptions {
  definition: EventSourceMappingDefinition;
  queueName: string;
  region: string;
  target: Invocable;
  sqs: SqsEngine;
  clock: VirtualClock;
  meter: Meter;
  log(line: string): void;
}

/**
 * Lambda's poller of one queue (Lambda developer guide, "Using Lambda with Amazon SQS"): batches go to the function as
 * they come, several at a time; what succeeded is deleted, what failed stays until its visibility time-out ends. The
 * queue itself keeps a FIFO group's messages back while earlier ones are in flight, so batches need no order here.
 */
export class EventSource {
  readonly #options: EventSourceOptions;
  readonly #concurrency: number;
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: EventSourceOptions) {
    this.#options = options;
    this.#concurrency = Math.min(options.target.maxConcurrency, options.definition.maximumConcurrency ?? Infinity);
  }

  /** Takes no further batch; those under way go on. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Polls until it is stopped. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      if (this.#underWay.size >= this.#concurrency) {
        await Promise.race(this.#underWay);
        continue;
      }
      let messages: Message[];
      try {
        messages = await this.#receive();
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      if (messages.length === 0) continue;
      const batch = this.#options.clock.busy(this.#deliver(messages));
      this.#underWay.add(batch);
      void batch.finally(() => this.#underWay.delete(batch));
    }
  }

  async #receive(): Promise<Message[]> {
    const { definition, queueName, sqs } = this.#options;
    const { Messages = [] } = await sqs.receiveMessage(
      {
        QueueUrl: queueName,
        MaxNumberOfMessages: Math.min(maxReceivedMessages, definition.batchSize),
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      },
      { signal: this.#stopping.signal, untilAvailable: true },
    );
    this.#record("ReceiveMessage");
    return Messages;
  }

  async #deliver(messages: Message[]): Promise<void> {
    const { definition, target, region, sqs, queueName } = this.#options;
    const records = messages.map((message) => recordOf(message, definition.queueArn, region));
    const failed = failedIds(await target.invoke({ Records: records }), messages, definition.reportBatchItemFailures);
    const done = messages.filter((message) => !failed.has(message.MessageId!));
    if (done.length === 0) return;
    const entries = done.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle }));
    const { Failed = [] } = await sqs.deleteMessageBatch({ QueueUrl: queueName, Entries: entries });
    this.#record("DeleteMessageBatch");
    for (const { Message: why } of Failed) this.#options.log(`a message of ${queueName} could not be deleted: ${why}`);
  }

  #record(operation: string): void {
    const { meter, target } = this.#options;
    const caller = `poller of ${target.definition.name}`;
    meter.record({
      caller,
      service: "sqs",
      operation,
      units: this.#options.queueName.endsWith(".fifo") ? { fifoRequests: 1 } : { standardRequests: 1 },
    });
  }
}

/** One record of the event, as SQS event sources give it. */
function recordOf(message: Message, queueArn: string, region: string): object {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: message.MessageAttributes ?? {},
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

/**
 * Which messages stay on the queue: all when the function failed or its report is not valid (an empty or unknown id),
 * those it reports, or none (Lambda developer guide, "Handling errors for an SQS event source", success and failure conditions).
 */
function failedIds(result: InvocationResult, messages: Message[], reports: boolean): Set<string> {
  const all = new Set(messages.map((message) => message.MessageId!));
  if (!result.ok) return all;
  if (!reports) return new Set();
  const report: unknown = JSON.parse(result.payload);
  const failures = (report as { batchItemFailures?: unknown } | null)?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return all;
  const ids = failures.map((failure: unknown) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return ids.every((id) => typeof id === "string" && all.has(id)) ? new Set(ids as string[]) : all;
}
