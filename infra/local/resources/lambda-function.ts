import { z } from "zod";
import { arn, generatedName, interpreter } from "../template/interpreter.ts";
import { ignored, tags } from "./schema.ts";

const properties = z.strictObject({
  FunctionName: z.string().optional(),
  Description: ignored("for people"),
  Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
  Handler: z.string(),
  Role: z.string(),
  Runtime: z.literal("nodejs24.x"),
  Architectures: ignored("the code is JavaScript"),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()).optional() }).optional(),
  Timeout: z.number().optional(),
  MemorySize: z.number().optional(),
  ReservedConcurrentExecutions: z.number().optional(),
  LoggingConfig: ignored("a function's output goes to standard error as it is"),
  TracingConfig: ignored("there is no X-Ray here"),
  Tags: tags,
});

export const lambdaFunction = interpreter({
  type: "AWS::Lambda::Function",
  properties,
  interpret(resource) {
    const { properties: fn, blueprint, account } = resource;
    const name = fn.FunctionName ?? generatedName(resource);
    const functionArn = arn(account, "lambda", `function:${name}`);
    blueprint.functions.push({
      name,
      arn: functionArn,
      codeDirectory: account.assetDirectory(fn.Code.S3Bucket, fn.Code.S3Key),
      handler: fn.Handler,
      environment: fn.Environment?.Variables ?? {},
      // Lambda's own defaults (API reference, CreateFunction).
      timeoutMs: (fn.Timeout ?? 3) * 1000,
      memoryMegabytes: fn.MemorySize ?? 128,
      reservedConcurrency: fn.ReservedConcurrentExecutions,
      roleArn: fn.Role,
    });
    return { ref: name, attributes: { Arn: functionArn } };
  },
});
