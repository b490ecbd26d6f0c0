import type { AttributeDefinition, CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { z } from "zod";
import { arn, generatedName, interpreter } from "../template/interpreter.ts";
import { ignored, tags } from "./schema.ts";

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }));

const index = z.strictObject({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.strictObject({
    ProjectionType: z.enum(["KEYS_ONLY", "INCLUDE", "ALL"]),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
});

const properties = z.strictObject({
  TableName: z.string().optional(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) })),
  BillingMode: z.literal("PAY_PER_REQUEST"),
  GlobalSecondaryIndexes: z.array(index).optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
  PointInTimeRecoverySpecification: ignored("a backup of AWS's; here the data folder is copied"),
  SSESpecification: ignored("encryption at rest is the disk's here"),
  DeletionProtectionEnabled: ignored("nothing here deletes a table"),
  Tags: tags,
});

export const dynamodbTable = interpreter({
  type: "AWS::DynamoDB::Table",
  properties,
  interpret(resource) {
    const { properties: table, blueprint, account } = resource;
    const name = table.TableName ?? generatedName(resource);
    const input: CreateTableCommandInput = {
      TableName: name,
      KeySchema: table.KeySchema,
      AttributeDefinitions: table.AttributeDefinitions as AttributeDefinition[],
      BillingMode: table.BillingMode,
      GlobalSecondaryIndexes: table.GlobalSecondaryIndexes,
    };
    const ttl = table.TimeToLiveSpecification;
    blueprint.tables.push({ input, ...(ttl?.Enabled ? { timeToLive: ttl.AttributeName } : {}) });
    return { ref: name, attributes: { Arn: arn(account, "dynamodb", `table/${name}`) } };
  },
});
