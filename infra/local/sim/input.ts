import type { z } from "zod";

export interface SimRequest {
  method: string;
  /** below /sim, e.g. `/clock`; "" for the page itself */
  path: string;
  query: URLSearchParams;
  body: string;
}

type Parsed<Value> = { ok: true; value: Value } | { ok: false; problem: string };

/** Reads a JSON body, or says what is wrong with which field. */
export function parseBody<Value>(schema: z.ZodType<Value>, body: string): Parsed<Value> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { ok: false, problem: "The body is not valid JSON." };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`);
  return { ok: false, problem: problems.join("; ") };
}
