import * as z from "zod/mini";
import type { Call } from "./routes.ts";
import { limits } from "../../shared/core/limits.ts";
import { byteLength } from "../../shared/core/text.ts";
import { ProblemError } from "../../shared/flow/http-reply.ts";

/** @throws ProblemError 400 or 413 that names each field at fault */
export function readBody<Schema extends z.ZodMiniType>(call: Call, schema: Schema): z.infer<Schema> {
  const { body } = call.request;
  if (byteLength(body) > limits.maxRequestBodyBytes) {
    throw new ProblemError(413, `The body may have at most ${limits.maxRequestBodyBytes} bytes.`);
  }
  const result = z.safeParse(schema, parseJson(body));
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => ({ field: fieldOf(issue), message: issue.message }));
  throw new ProblemError(400, "The body is not what this path takes; `errors` names each field.", { errors });
}

function parseJson(body: string): unknown {
  if (body === "") return {};
  try {
    return JSON.parse(body);
  } catch {
    throw new ProblemError(400, "The body is not JSON.", { errors: [{ field: "", message: "is not JSON" }] });
  }
}

function fieldOf(issue: z.core.$ZodIssue): string {
  const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
  return [...issue.path, ...keys].map(String).join(".");
}

/** @throws ProblemError 400 where it is missing or too long */
export function idempotencyKey(call: Call): string {
  const key = call.request.headers["idempotency-key"];
  if (key && key.length <= limits.maxIdempotencyKeyCharacters) return key;
  const message = key ? `may have at most ${limits.maxIdempotencyKeyCharacters} characters` : "is missing";
  throw new ProblemError(
    400,
    "Send an Idempotency-Key of your own with each new message, and the same one when you try again.",
    {
      errors: [{ field: "Idempotency-Key", message }],
    },
  );
}

/** @throws ProblemError 400 where the query names another value */
export function choice<const Value extends string>(
  call: Call,
  field: string,
  values: readonly Value[],
): Value | undefined {
  const given = call.query.get(field);
  if (given === null) return undefined;
  const found = values.find((value) => value === given);
  if (found) return found;
  throw new ProblemError(400, `${field} is one of ${values.join(", ")}.`, {
    errors: [{ field, message: `is not one of ${values.join(", ")}` }],
  });
}

export const pageOf = (call: Call): { limit: number; cursor?: string } => ({
  limit: limits.maxPageItems,
  cursor: call.query.get("cursor") || undefined,
});
