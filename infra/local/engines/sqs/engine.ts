import type {
  ChangeMessageVisibilityCommandInput,
  DeleteMessageBatchCommandInput,
  DeleteMessageBatchResult,
  DeleteMessageCommandInput,
  Message,
  ReceiveMessageCommandInput,
  SendMessageBatchCommandInput,
  SendMessageBatchResult,
  SendMessageCommandInput,
  SendMessageResult,
} from "@aws-sdk/client-sqs";
import type { VirtualClock } from "../../clock.ts";
import type { CloudDatabase } from "../database.ts";

/** SQS. Inputs and outputs are AWS's own; a QueueUrl may be any URL that ends in the queue's name, or the name alone. */
export declare class SqsEngine {
  constructor(options: { database: CloudDatabase; clock: VirtualClock; region?: string; accountId?: string });
  /** Attributes by AWS's names, e.g. `{FifoQueue: "true", VisibilityTimeout: "180", RedrivePolicy: "{…}"}`. Again with others: they are set. */
  createQueue(name: string, attributes: Record<string, string>): Promise<{ name: string; arn: string }>;
  sendMessage(input: SendMessageCommandInput): Promise<SendMessageResult>;
  sendMessageBatch(input: SendMessageBatchCommandInput): Promise<SendMessageBatchResult>;
  /** `untilAvailable`: waits as long as it takes, whatever WaitTimeSeconds says. An abort rejects and takes no message. */
  receiveMessage(
    input: ReceiveMessageCommandInput,
    options?: { signal?: AbortSignal; untilAvailable?: boolean },
  ): Promise<{ Messages?: Message[] }>;
  deleteMessage(input: DeleteMessageCommandInput): Promise<void>;
  deleteMessageBatch(input: DeleteMessageBatchCommandInput): Promise<DeleteMessageBatchResult>;
  changeMessageVisibility(input: ChangeMessageVisibilityCommandInput): Promise<void>;
  /** Makes everything in flight visible: for a start, when whoever held it died with the process. */
  releaseInFlight(): Promise<void>;
  /** One AWS JSON 1.0 call, e.g. ("SendMessage", {...}). */
  call(operation: string, input: unknown, signal?: AbortSignal): Promise<unknown>;
}
