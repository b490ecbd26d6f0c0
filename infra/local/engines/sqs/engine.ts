import type {
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityBatchResult,
  ChangeMessageVisibilityCommandInput,
  DeleteMessageBatchCommandInput,
  DeleteMessageBatchResult,
  DeleteMessageCommandInput,
  GetQueueAttributesCommandInput,
  Message,
  PurgeQueueCommandInput,
  ReceiveMessageCommandInput,
  SendMessageBatchCommandInput,
  SendMessageBatchResult,
  SendMessageCommandInput,
  SendMessageResult,
  StartMessageMoveTaskCommandInput,
} from "@aws-sdk/client-sqs";
import { randomUUID } from "node:crypto";
import type { VirtualClock } from "../../clock.ts";
import type { CloudDatabase } from "../database.ts";
import { AwsError } from "../error.ts";
import { Delivery, type LiveQueue } from "./delivery.ts";
import { toMessage } from "./message.ts";
import { nameOf, readSettings, sqsLimits } from "./settings.ts";
import { changeVisibilityOne, deleteOne, eachEntry, sendOne, visibilityOf } from "./steps.ts";
import { QueueStore } from "./store.ts";
import { acceptBatch, batchError, integerParameter, invalidParameter, messageBytes, missing } from "./validation.ts";

export interface SqsEngineOptions {
  database: CloudDatabase;
  clock: VirtualClock;
  region?: string;
  accountId?: string;
}

type Named = { QueueUrl?: string | undefined };

/** SQS. Inputs and outputs are AWS's own; a QueueUrl may be any URL that ends in the queue's name, or the name alone. */
export class SqsEngine {
  readonly #database: CloudDatabase;
  readonly #clock: VirtualClock;
  readonly #store: QueueStore;
  readonly #queues = new Map<string, LiveQueue>();
  readonly #delivery: Delivery;
  readonly #arnPrefix: string;
  readonly #accountId: string;

  constructor(options: SqsEngineOptions) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#store = new QueueStore(options.database);
    this.#delivery = new Delivery(options.database, options.clock, this.#store, this.#queues);
    this.#accountId = options.accountId ?? "000000000000";
    this.#arnPrefix = `arn:aws:sqs:${options.region ?? "us-east-1"}:${this.#accountId}`;
    for (const row of this.#store.queues())
      this.#queues.set(row.name, { row, settings: readSettings(row.name, row.attributes), waiters: [] });
  }

  /**
   * Attributes by AWS's names, e.g. `{FifoQueue: "true", VisibilityTimeout: "180", RedrivePolicy: "{…}"}`; of a queue
   * that is there, they are replaced. Its dead-letter queue comes first.
   */
  async createQueue(name: string, attributes: Record<string, string>): Promise<{ name: string; arn: string }> {
    const settings = readSettings(name, attributes);
    const target = settings.redrive && this.#queues.get(settings.redrive.deadLetterQueue);
    if (settings.redrive && (!target || target.settings.fifo !== settings.fifo))
      throw invalidParameter(
        "RedrivePolicy",
        attributes["RedrivePolicy"],
        target ? "Dead-letter queue must be same type of queue as the source." : "Dead letter target does not exist.",
      );
    const now = this.#clock.now();
    const old = this.#queues.get(name);
    const row = { ...old?.row, name, attributes, createdAt: old?.row.createdAt ?? now, modifiedAt: now };
    await this.#database.write(() => this.#store.putQueue(row));
    if (old) Object.assign(old, { row, settings });
    else this.#queues.set(name, { row, settings, waiters: [] });
    return { name, arn: this.#arn(name) };
  }

  /** @throws AwsError QueueDoesNotExist */
  isFifo(queueUrl: string | undefined): boolean {
    return this.#queue({ QueueUrl: queueUrl }).settings.fifo;
  }

  async sendMessage(input: SendMessageCommandInput): Promise<SendMessageResult> {
    const queue = this.#queue(input);
    return this.#change(queue, () => sendOne(this.#store, queue, input, this.#clock.now()));
  }

  async sendMessageBatch(input: SendMessageBatchCommandInput): Promise<SendMessageBatchResult> {
    const queue = this.#queue(input);
    const entries = acceptBatch(input.Entries);
    const bytes = entries.reduce((sum, entry) => sum + messageBytes(entry), 0);
    if (bytes > sqsLimits.maxMessageBytes)
      throw batchError(
        "BatchRequestTooLong",
        `Batch requests cannot be longer than ${sqsLimits.maxMessageBytes} bytes. You have sent ${bytes} bytes.`,
      );
    const now = this.#clock.now();
    return this.#change(queue, () => eachEntry(entries, (entry) => sendOne(this.#store, queue, entry, now)));
  }

  /** `untilAvailable`: waits as long as it takes, whatever WaitTimeSeconds says. An abort rejects and takes no message. */
  async receiveMessage(
    input: ReceiveMessageCommandInput,
    options: { signal?: AbortSignal; untilAvailable?: boolean } = {},
  ): Promise<{ Messages?: Message[] }> {
    const queue = this.#queue(input);
    const { settings } = queue;
    const limit = integerParameter("MaxNumberOfMessages", input.MaxNumberOfMessages, {
      from: 1,
      to: sqsLimits.maxReceivedMessages,
      otherwise: 1,
    });
    const waitSeconds = integerParameter("WaitTimeSeconds", input.WaitTimeSeconds, {
      from: 0,
      to: sqsLimits.maxWaitSeconds,
      otherwise: settings.waitSeconds,
    });
    const visibilityMs = visibilityOf(input.VisibilityTimeout ?? settings.visibilityTimeoutSeconds);
    const waitMs = options.untilAvailable ? Infinity : waitSeconds * 1000;
    const rows = await this.#delivery.receive(queue, { limit, visibilityMs, waitMs }, options.signal);
    if (rows.length === 0) return {};
    const origin = { queue: queue.row.name, fifo: settings.fifo, senderId: this.#accountId };
    return {
      Messages: rows.map((row) =>
        toMessage(row, input, { ...origin, sourceArn: row.sourceQueue && this.#arn(row.sourceQueue) }),
      ),
    };
  }

  async deleteMessage(input: DeleteMessageCommandInput): Promise<void> {
    const queue = this.#queue(input);
    await this.#change(queue, () => deleteOne(this.#store, queue, input.ReceiptHandle, this.#clock.now()));
  }

  async deleteMessageBatch(input: DeleteMessageBatchCommandInput): Promise<DeleteMessageBatchResult> {
    const queue = this.#queue(input);
    const entries = acceptBatch(input.Entries);
    const now = this.#clock.now();
    return this.#change(queue, () =>
      eachEntry(entries, ({ ReceiptHandle }) => deleteOne(this.#store, queue, ReceiptHandle, now)),
    );
  }

  async changeMessageVisibility(input: ChangeMessageVisibilityCommandInput): Promise<void> {
    const queue = this.#queue(input);
    await this.#change(queue, () => changeVisibilityOne(this.#store, queue, input, this.#clock.now()));
  }

  async changeMessageVisibilityBatch(
    input: ChangeMessageVisibilityBatchCommandInput,
  ): Promise<ChangeMessageVisibilityBatchResult> {
    const queue = this.#queue(input);
    const entries = acceptBatch(input.Entries);
    const now = this.#clock.now();
    return this.#change(queue, () =>
      eachEntry(entries, (entry) => changeVisibilityOne(this.#store, queue, entry, now)),
    );
  }

  async getQueueAttributes(
    input: GetQueueAttributesCommandInput,
  ): Promise<{ Attributes?: Record<string, string> | undefined }> {
    const { row, settings } = this.#queue(input);
    const wanted: string[] = input.AttributeNames ?? [];
    if (wanted.length === 0) return {};
    const now = this.#clock.now();
    const counts = await this.#database.write(() => {
      this.#store.expire(row.name, now - settings.retentionSeconds * 1000);
      return this.#store.counts(row.name, now);
    });
    const all: Record<string, string> = {
      VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
      DelaySeconds: String(settings.delaySeconds),
      MessageRetentionPeriod: String(settings.retentionSeconds),
      MaximumMessageSize: String(settings.maximumMessageBytes),
      ReceiveMessageWaitTimeSeconds: String(settings.waitSeconds),
      ...row.attributes,
      QueueArn: this.#arn(row.name),
      CreatedTimestamp: String(Math.floor(row.createdAt / 1000)),
      LastModifiedTimestamp: String(Math.floor(row.modifiedAt / 1000)),
      ApproximateNumberOfMessages: String(counts.visible),
      ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
      ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    };
    if (wanted.includes("All")) return { Attributes: all };
    return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes(name))) };
  }

  /** Deletes everything, in flight or not; once a minute. */
  async purgeQueue(input: PurgeQueueCommandInput): Promise<void> {
    const { row } = this.#queue(input);
    const now = this.#clock.now();
    if (row.purgedAt !== undefined && now - row.purgedAt < sqsLimits.purgeIntervalMs)
      throw batchError(
        "PurgeQueueInProgress",
        `Only one PurgeQueue operation on ${row.name} is allowed every 60 seconds.`,
      );
    row.purgedAt = now;
    await this.#database.write(() => {
      this.#store.purge(row.name);
      this.#store.putQueue(row);
    });
  }

  /** Moves what is not in flight on a dead-letter queue back to where it failed, or to another queue, as new messages. */
  async startMessageMoveTask(input: StartMessageMoveTaskCommandInput): Promise<{ TaskHandle: string }> {
    const source = this.#queue({ QueueUrl: nameOf(input.SourceArn ?? "") });
    const sources = [...this.#queues.values()].filter(
      ({ settings }) => settings.redrive?.deadLetterQueue === source.row.name,
    );
    if (sources.length === 0)
      throw new AwsError("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.");
    const destination =
      input.DestinationArn === undefined ? undefined : this.#queue({ QueueUrl: nameOf(input.DestinationArn) });
    const touched = await this.#database.write(() => this.#moveAll(source, destination));
    for (const queue of touched) this.#delivery.serve(queue);
    return { TaskHandle: Buffer.from(randomUUID()).toString("base64") };
  }

  /** How many long polls are open. */
  waitingReceivers(queueUrl: string): number {
    return this.#queue({ QueueUrl: queueUrl }).waiters.length;
  }

  /** Makes everything in flight visible: for a start, when whoever held it died with the process. */
  async releaseInFlight(): Promise<void> {
    await this.#database.write(() => this.#store.releaseInFlight(this.#clock.now()));
    for (const queue of this.#queues.values()) this.#delivery.serve(queue);
  }

  #arn(name: string): string {
    return `${this.#arnPrefix}:${name}`;
  }

  #queue(input: Named): LiveQueue {
    const url = input.QueueUrl;
    if (url === undefined) throw missing("QueueUrl");
    const queue = this.#queues.get(url.slice(url.lastIndexOf("/") + 1));
    if (!queue)
      throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.", {
        queryCode: "AWS.SimpleQueueService.NonExistentQueue",
      });
    return queue;
  }

  /** Writes, and tells those who wait. */
  #change<Result>(queue: LiveQueue, work: () => Result): Promise<Result> {
    const written = this.#database.write(work);
    this.#delivery.serve(queue);
    return written;
  }

  #moveAll(source: LiveQueue, destination: LiveQueue | undefined): Set<LiveQueue> {
    const now = this.#clock.now();
    const touched = new Set<LiveQueue>();
    for (const message of this.#store.atRest(source.row.name, now)) {
      const target = destination ?? this.#queue({ QueueUrl: message.sourceQueue ?? "" });
      this.#store.move(
        source.row.name,
        message,
        { queue: target.row.name, fifo: target.settings.fifo },
        {
          messageId: randomUUID(),
          sentAt: now,
          visibleAt: now,
          receiveCount: 0,
          firstReceivedAt: null,
          sourceQueue: null,
        },
      );
      touched.add(target);
    }
    return touched;
  }
}
