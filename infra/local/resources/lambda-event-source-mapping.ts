import { z } from "zod";
import { generatedId, interpreter } from "../template/interpreter.ts";
import { functionNameOf } from "./names.ts";
import { tags } from "./schema.ts";

const properties = z.strictObject({
  EventSourceArn: z.string().regex(/^arn:[^:]*:sqs:/, "only SQS queues are supported as event sources"),
  FunctionName: z.string(),
  BatchSize: z.number().max(10, "larger batches need a batching window, which is not supported").optional(),
  FunctionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).optional(),
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.number().min(2).max(1000).optional() }).optional(),
  Enabled: z.boolean().optional(),
  Tags: tags,
});

export const lambdaEventSourceMapping = interpreter({
  type: "AWS::Lambda::EventSourceMapping",
  properties,
  interpret(resource) {
    const { properties: mapping, blueprint } = resource;
    const id = generatedId(resource, 36);
    blueprint.eventSourceMappings.push({
      id,
      queueArn: mapping.EventSourceArn,
      functionName: functionNameOf(mapping.FunctionName),
      batchSize: mapping.BatchSize ?? 10,
      maximumConcurrency: mapping.ScalingConfig?.MaximumConcurrency,
      reportBatchItemFailures: mapping.FunctionResponseTypes?.includes("ReportBatchItemFailures") ?? false,
      enabled: mapping.Enabled ?? true,
    });
    return { ref: id, attributes: { Id: id } };
  },
});
