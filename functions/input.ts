import * as z from "zod/mini";
import type { ApiRequest } from "./routes.ts";
import type { RouteContract } from "../shared/api/route.ts";
import { limits } from "../shared/core/limits.ts";
import { byteLength } from "../shared/core/text.ts";
import { ProblemError, type FieldProblem } from "../shared/flow/http-reply.ts";

/*
 * A request against its contract. Every error names the field at fault: a path into the body, a parameter or a header.
 */

/** @throws ProblemError 400 or 413 */
export function readBody(schema: z.ZodMiniObject | undefined, body: string): Record<string, unknown> {
  if (byteLength(body) > limits.maxRequestBodyBytes) {
    throw new ProblemError(413, `The body may have at most ${limits.maxRequestBodyBytes} bytes.`);
  }
  if (!schema) return {};
  return checked(schema, parseJson(body), "The body is not what this path takes; `errors` names each field.");
}

function parseJson(body: string): unknown {
  if (body === "") return {};
  try {
    return JSON.parse(body);
  } catch {
    throw new ProblemError(400, "The body is not JSON.", { errors: [{ field: "", message: "is not JSON" }] });
  }
}

/** Numbers are read where the schema has one. @throws ProblemError 400 */
export function readQuery(schema: z.ZodMiniObject | undefined, rawQuery: string): Record<string, unknown> {
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    if (name in values) fail("The query is not what this path takes.", [{ field: name, message: "is given twice" }]);
    values[name] = isNumber(schema?.shape[name]) && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  }
  const detail = "The query is not what this path takes; `errors` names each parameter.";
  if (schema) return checked(schema, { ...values }, detail);
  const unknown = Object.keys(values).map((field) => ({ field, message: "is not known here" }));
  return unknown.length > 0 ? fail(detail, unknown) : {};
}

function isNumber(schema: z.core.$ZodType | undefined): boolean {
  const inner = schema instanceof z.ZodMiniOptional ? schema.def.innerType : schema;
  return inner instanceof z.ZodMiniNumber;
}

function checked(schema: z.ZodMiniObject, value: unknown, detail: string): Record<string, unknown> {
  const result = schema.safeParse(value, { reportInput: true });
  return result.success ? result.data : fail(detail, result.error.issues.flatMap(problemsOf));
}

/** One record of many against its schema: the first thing that is wrong with it, or the record. */
export function checkedRecord<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
): { record: z.output<Schema> } | { error: FieldProblem } {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { record: result.data };
  return { error: result.error.issues.flatMap(problemsOf)[0]! };
}

const fail = (detail: string, errors: FieldProblem[]): never => {
  throw new ProblemError(400, detail, { errors: errors.slice(0, limits.maxFieldProblems) });
};

function problemsOf(issue: z.core.$ZodIssue): FieldProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ field: [...issue.path, key].join("."), message: "is not known here" }));
  }
  return [{ field: issue.path.join("."), message: explain(issue) }];
}

const kinds: Record<string, string> = { string: "text", record: "an object", int: "a whole number" };

const kindOf = (expected: string): string => kinds[expected] ?? `${/^[aeiou]/.test(expected) ? "an" : "a"} ${expected}`;

/** What is wrong, so that it reads on from the field's name. */
function explain(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is missing" : `is not ${kindOf(issue.expected)}`;
    case "too_small":
      return limited(issue.origin, issue.minimum, "fewer", "less");
    case "too_big":
      return limited(issue.origin, issue.maximum, "more", "more");
    case "invalid_value":
      return `is not one of ${issue.values.map(String).join(", ")}`;
    case "invalid_format":
      return issue.format === "datetime" ? "is no time such as 2026-11-02T09:00:00Z" : issue.message;
    case "invalid_union":
      return "is of no kind that is taken here";
    case "invalid_key":
      return "has a name that is empty or too long";
    default:
      return issue.message;
  }
}

const units: Record<string, string> = { string: "characters", array: "items" };

const limited = (origin: string, limit: number | bigint, fewer: string, less: string): string =>
  units[origin] ? `has ${fewer} than ${limit} ${units[origin]}` : `is ${less} than ${limit}`;

/** @throws ProblemError 400 where the route takes one and it is missing or too long */
export function idempotencyKey({ takesIdempotencyKey }: RouteContract, { headers }: ApiRequest): string {
  const key = headers["idempotency-key"] ?? "";
  if (!takesIdempotencyKey || (key !== "" && key.length <= limits.maxIdempotencyKeyCharacters)) return key;
  const message = key ? `has more than ${limits.maxIdempotencyKeyCharacters} characters` : "is missing";
  return fail("Send an Idempotency-Key of your own with each new message, and the same one when you try again.", [
    { field: "Idempotency-Key", message },
  ]);
}

/** @throws ProblemError 400 where a parameter names another value */
export function requireChoice(field: string, given: string | undefined, values: readonly string[]): void {
  if (given === undefined || values.includes(given)) return;
  const named = values.slice(0, limits.maxNamedChoices).join(", ");
  fail(`${field} is one of ${named}.`, [{ field, message: `is not one of ${named}` }]);
}

/** A page as stores take it. */
export const pageOf = ({ limit, cursor }: { limit?: number; cursor?: string }): { limit: number; cursor?: string } => ({
  limit: limit ?? limits.maxPageItems,
  cursor: cursor || undefined,
});

/** A page of what is all in memory, in the order of its keys, which stand still between pages. */
export function pageInMemory<Item>(
  items: Item[],
  keyOf: (item: Item) => string,
  query: { limit?: number; cursor?: string },
): { items: Item[]; cursor?: string } {
  const { limit, cursor } = pageOf(query);
  const sorted = items.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const rest = cursor === undefined ? sorted : sorted.filter((item) => keyOf(item) > cursor);
  const shown = rest.slice(0, limit);
  return rest.length > limit ? { items: shown, cursor: keyOf(shown.at(-1)!) } : { items: shown };
}
