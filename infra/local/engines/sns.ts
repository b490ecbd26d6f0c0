import { createHash, randomUUID } from "node:crypto";
import { isoTime } from "../../../shared/ports/clock.ts";
import type { VirtualClock } from "../clock.ts";
import type { Meter } from "../gateway/meter.ts";
import { AwsError } from "./error.ts";
import type { SqsEngine } from "./sqs/engine.ts";

export interface SnsOptions {
  sqs: SqsEngine;
  clock: VirtualClock;
  meter: Meter;
  region: string;
}

export interface QueueSubscription {
  arn: string;
  queueName: string;
  /** the message itself, in place of the envelope */
  isRaw: boolean;
}

/** A message with its attributes (SNS quotas). */
const maxMessageBytes = 256 * 1024;
/** A publish is billed for each 64 KB (SNS pricing). */
const billedBytes = 64 * 1024;

/** SNS with standard topics whose subscribers are SQS queues; a publish returns when every queue has it. */
export class SnsEngine {
  readonly #options: SnsOptions;
  readonly #topics = new Map<string, QueueSubscription[]>();

  constructor(options: SnsOptions) {
    this.#options = options;
  }

  createTopic(arn: string): void {
    if (!this.#topics.has(arn)) this.#topics.set(arn, []);
  }

  subscribe(topicArn: string, subscription: QueueSubscription): void {
    const all = this.#subscriptions(topicArn).filter(({ arn }) => arn !== subscription.arn);
    this.#topics.set(topicArn, [...all, subscription]);
  }

  async publish(topicArn: string, message: string, { subject }: { subject?: string } = {}): Promise<string> {
    const bytes = Buffer.byteLength(message);
    if (bytes > maxMessageBytes) throw new AwsError("InvalidParameter", "Invalid parameter: Message too long");
    const messageId = randomUUID();
    const snsRequests = Math.max(1, Math.ceil(bytes / billedBytes));
    this.#options.meter.record({ caller: "ses", service: "sns", operation: "Publish", units: { snsRequests } });
    for (const subscription of this.#subscriptions(topicArn))
      await this.#options.sqs.sendMessage({
        QueueUrl: subscription.queueName,
        MessageBody: subscription.isRaw
          ? message
          : JSON.stringify(this.#envelope({ topicArn, message, subject, messageId }, subscription), undefined, 2),
      });
    return messageId;
  }

  /** SNS developer guide, "HTTP/HTTPS notification JSON format"; a queue gets the same. The signature is none that could be checked. */
  #envelope(
    notification: { topicArn: string; message: string; subject: string | undefined; messageId: string },
    { arn }: QueueSubscription,
  ): object {
    const { topicArn, message, subject, messageId } = notification;
    const { clock, region } = this.#options;
    return {
      Type: "Notification",
      MessageId: messageId,
      TopicArn: topicArn,
      ...(subject !== undefined && { Subject: subject }),
      Message: message,
      Timestamp: isoTime(Math.floor(clock.now())),
      SignatureVersion: "1",
      Signature: createHash("sha256").update(`${messageId}\n${message}`).digest("base64"),
      SigningCertURL: `https://sns.${region}.amazonaws.com/SimpleNotificationService-0000000000000000000000000000000.pem`,
      UnsubscribeURL: `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${arn}`,
    };
  }

  #subscriptions(topicArn: string): QueueSubscription[] {
    const found = this.#topics.get(topicArn);
    if (!found) throw new AwsError("NotFound", `Topic does not exist: ${topicArn}`, { status: 404 });
    return found;
  }
}
