import { z } from "zod";
import { arn, generatedName, interpreter } from "../template/interpreter.ts";
import { ignored, policyDocument, tags } from "./schema.ts";

const properties = z.strictObject({
  QueueName: z.string().optional(),
  FifoQueue: z.boolean().optional(),
  ContentBasedDeduplication: z.boolean().optional(),
  DeduplicationScope: z.enum(["messageGroup", "queue"]).optional(),
  FifoThroughputLimit: z.enum(["perQueue", "perMessageGroupId"]).optional(),
  VisibilityTimeout: z.number().optional(),
  MessageRetentionPeriod: z.number().optional(),
  MaximumMessageSize: z.number().optional(),
  DelaySeconds: z.number().optional(),
  ReceiveMessageWaitTimeSeconds: z.number().optional(),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
  RedriveAllowPolicy: z.unknown().optional(),
  SqsManagedSseEnabled: ignored("encryption at rest is the disk's here"),
  KmsMasterKeyId: ignored("encryption at rest is the disk's here"),
  KmsDataKeyReusePeriodSeconds: ignored("encryption at rest is the disk's here"),
  Tags: tags,
});

const attributeNames = [
  "FifoQueue",
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoThroughputLimit",
  "VisibilityTimeout",
  "MessageRetentionPeriod",
  "MaximumMessageSize",
  "DelaySeconds",
  "ReceiveMessageWaitTimeSeconds",
  "RedrivePolicy",
  "RedriveAllowPolicy",
] as const;

export const sqsQueue = interpreter({
  type: "AWS::SQS::Queue",
  properties,
  interpret(resource) {
    const { properties: queue, blueprint, account } = resource;
    const name = queue.QueueName ?? `${generatedName(resource)}${queue.FifoQueue ? ".fifo" : ""}`;
    const attributes: Record<string, string> = {};
    for (const attribute of attributeNames) {
      const value = queue[attribute];
      if (value !== undefined)
        attributes[attribute] = typeof value === "object" ? JSON.stringify(value) : String(value);
    }
    const queueArn = arn(account, "sqs", name);
    blueprint.queues.push({ name, arn: queueArn, attributes });
    const url = account.queueUrl(name);
    return { ref: url, attributes: { Arn: queueArn, QueueName: name, QueueUrl: url } };
  },
});

export const sqsQueuePolicy = interpreter({
  type: "AWS::SQS::QueuePolicy",
  properties: z.strictObject({ PolicyDocument: policyDocument, Queues: z.array(z.string()) }),
  interpret({ properties: policy, blueprint, account, logicalId }) {
    for (const url of policy.Queues)
      blueprint.resourcePolicies.push({
        resourceArn: arn(account, "sqs", url.slice(url.lastIndexOf("/") + 1)),
        statements: policy.PolicyDocument.Statement,
      });
    return { ref: logicalId };
  },
});
