import * as z from "zod/mini";
import { agent, cannedReply, offer } from "../../shared/api/answers/agents.ts";
import { conversation } from "../../shared/api/answers/conversations.ts";
import { customer, listedCustomer, merge } from "../../shared/api/answers/customers.ts";
import { customerRecord, uncheckedRecord } from "../../shared/api/customers.ts";
import { message } from "../../shared/api/answers/messages.ts";
import { parked, send } from "../../shared/api/answers/operations.ts";
import { webhook } from "../../shared/api/answers/webhooks.ts";

/** As much of JSON Schema (draft 2020-12) as the API's schemas use. */
export interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  required?: string[];
  $defs?: Record<string, JsonSchema>;
  description?: string;
  [keyword: string]: unknown;
}

/** Schemas that the document names once and refers to. */
const named = {
  Agent: agent,
  CannedReply: cannedReply,
  Conversation: conversation,
  Customer: customer,
  CustomerRecord: customerRecord,
  ListedCustomer: listedCustomer,
  Merge: merge,
  Message: message,
  Offer: offer,
  Parked: parked,
  Send: send,
  Webhook: webhook,
} as const;

for (const [id, schema] of Object.entries(named)) z.globalRegistry.add(schema, { id });

/** A schema as it stands in the document, with references to what is named. */
export function schemaOf(schema: z.ZodMiniType): JsonSchema {
  const { $schema: _, $defs: __, ...rest } = convert(schema);
  return referring(rest) as JsonSchema;
}

/** What is named, by its name. */
export function componentsOf(): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(named).map(([name, schema]) => {
      const whole = convert(schema);
      const { $schema: _, $defs: __, id: ___, ...own } = whole.$defs?.[name] ?? whole;
      return [name, referring(own) as JsonSchema];
    }),
  );
}

/** As requests and answers are written: with what may be left out left out. */
const convert = (schema: z.ZodMiniType): JsonSchema =>
  z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      // A time's pattern is a page long; its format says the same.
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (zodSchema === uncheckedRecord) jsonSchema.$ref = "#/$defs/CustomerRecord";
    },
  }) as JsonSchema;

function referring(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referring);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) =>
      key === "$ref" && typeof each === "string"
        ? [key, each.replace("#/$defs/", "#/components/schemas/")]
        : [key, referring(each)],
    ),
  );
}
