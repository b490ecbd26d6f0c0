import { AwsError } from "../error.ts";

/** A queue's attributes as the engine uses them. */
export interface QueueSettings {
  fifo: boolean;
  visibilityTimeoutSeconds: number;
  delaySeconds: number;
  retentionSeconds: number;
  maximumMessageBytes: number;
  waitSeconds: number;
  contentBasedDeduplication: boolean;
  deduplicationScope: "queue" | "messageGroup";
  redrive?: { deadLetterQueue: string; maxReceiveCount: number };
}

/** Limits: Amazon SQS API reference, CreateQueue; developer guide, "message quotas". */
export const sqsLimits = {
  maxMessageBytes: 1_048_576,
  maxDelaySeconds: 900,
  maxVisibilitySeconds: 43_200,
  maxWaitSeconds: 20,
  maxReceivedMessages: 10,
  maxBatchEntries: 10,
  maxMessageAttributes: 10,
  maxAttributeNameCharacters: 256,
  maxGroupIdCharacters: 128,
  maxDeduplicationIdCharacters: 128,
  deduplicationWindowMs: 5 * 60 * 1000,
  purgeIntervalMs: 60 * 1000,
} as const;

interface IntegerRule {
  from: number;
  to: number;
  otherwise: number;
}

const integers: Record<string, IntegerRule> = {
  VisibilityTimeout: { from: 0, to: sqsLimits.maxVisibilitySeconds, otherwise: 30 },
  DelaySeconds: { from: 0, to: sqsLimits.maxDelaySeconds, otherwise: 0 },
  MessageRetentionPeriod: { from: 60, to: 1_209_600, otherwise: 345_600 },
  MaximumMessageSize: { from: 1_024, to: sqsLimits.maxMessageBytes, otherwise: sqsLimits.maxMessageBytes },
  ReceiveMessageWaitTimeSeconds: { from: 0, to: sqsLimits.maxWaitSeconds, otherwise: 0 },
};

/** Kept and given back, without effect on delivery. */
const inert = [
  "Policy",
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
  "SqsManagedSseEnabled",
  "RedriveAllowPolicy",
];
const choices: Record<string, string[]> = {
  FifoQueue: ["true", "false"],
  ContentBasedDeduplication: ["true", "false"],
  DeduplicationScope: ["queue", "messageGroup"],
  FifoThroughputLimit: ["perQueue", "perMessageGroupId"],
};
const fifoOnly = ["ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"];

const invalid = (name: string, reason: string): AwsError =>
  new AwsError("InvalidAttributeValue", `Invalid value for the parameter ${name}. Reason: ${reason}`);

/** @throws AwsError for an attribute that SQS does not know, or a value outside its range */
export function readSettings(queueName: string, attributes: Record<string, string>): QueueSettings {
  const fifo = attributes["FifoQueue"] === "true";
  for (const [name, value] of Object.entries(attributes)) {
    if (!(name in integers) && !(name in choices) && !inert.includes(name) && name !== "RedrivePolicy")
      throw new AwsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    if (name in choices && !choices[name]!.includes(value))
      throw invalid(name, `It is one of ${choices[name]!.join(", ")}.`);
    if (fifoOnly.includes(name) && !fifo)
      throw new AwsError("InvalidAttributeName", `You can specify the ${name} only when FifoQueue is set to true.`);
  }
  checkName(queueName, fifo);
  const deduplicationScope = attributes["DeduplicationScope"] === "messageGroup" ? "messageGroup" : "queue";
  if (attributes["FifoThroughputLimit"] === "perMessageGroupId" && deduplicationScope === "queue")
    throw invalid("FifoThroughputLimit", "perMessageGroupId needs DeduplicationScope messageGroup.");
  const redrive = readRedrive(attributes["RedrivePolicy"]);
  return {
    fifo,
    visibilityTimeoutSeconds: integer(attributes, "VisibilityTimeout"),
    delaySeconds: integer(attributes, "DelaySeconds"),
    retentionSeconds: integer(attributes, "MessageRetentionPeriod"),
    maximumMessageBytes: integer(attributes, "MaximumMessageSize"),
    waitSeconds: integer(attributes, "ReceiveMessageWaitTimeSeconds"),
    contentBasedDeduplication: attributes["ContentBasedDeduplication"] === "true",
    deduplicationScope,
    ...(redrive ? { redrive } : {}),
  };
}

function checkName(queueName: string, fifo: boolean): void {
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(queueName.replace(/\.fifo$/, "")) || queueName.length > 80)
    throw new AwsError(
      "InvalidParameterValue",
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
  if (fifo !== queueName.endsWith(".fifo"))
    throw new AwsError(
      "InvalidParameterValue",
      fifo
        ? "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length."
        : `The name ${queueName} ends with .fifo: the queue needs FifoQueue true.`,
    );
}

function integer(attributes: Record<string, string>, name: string): number {
  const { from, to, otherwise } = integers[name]!;
  const text = attributes[name];
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < from || value > to)
    throw invalid(name, `It is a whole number from ${from} to ${to}.`);
  return value;
}

function readRedrive(text: string | undefined): QueueSettings["redrive"] {
  if (text === undefined) return undefined;
  let policy: { deadLetterTargetArn?: unknown; maxReceiveCount?: unknown };
  try {
    policy = JSON.parse(text);
  } catch {
    throw invalid("RedrivePolicy", "Redrive policy is not a valid JSON map.");
  }
  const maxReceiveCount = Number(policy.maxReceiveCount);
  if (!Number.isInteger(maxReceiveCount) || maxReceiveCount < 1 || maxReceiveCount > 1_000)
    throw invalid("RedrivePolicy", "maxReceiveCount is a whole number from 1 to 1000.");
  if (typeof policy.deadLetterTargetArn !== "string")
    throw invalid("RedrivePolicy", "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
  return { deadLetterQueue: nameOf(policy.deadLetterTargetArn), maxReceiveCount };
}

/** The queue's name at the end of an ARN. */
export const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf(":") + 1);
