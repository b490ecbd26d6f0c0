import type * as z from "zod/mini";
import { didYouMean, nearest } from "./nearest.ts";
import { knownKeysAt, routerFile, type RouterFile } from "./schema.ts";
import type { SourceDocument } from "./document.ts";
import type { Finding, Path } from "./problem.ts";

/** Checks keys and types. @returns the file's content where its shape is right, else what is wrong with it */
export function checkShape(source: SourceDocument): { file: RouterFile } | { findings: Finding[] } {
  const result = routerFile.safeParse(source.value, { reportInput: true });
  if (result.success) return { file: result.data };
  const { issues } = result.error;
  const misspelt = new Set(issues.flatMap(keysMeant));
  const telling = issues.filter((issue) => source.has(issue.path as Path) || !misspelt.has(nameOf(issue.path as Path)));
  return { findings: telling.flatMap((issue) => findingsOf(issue, source)) };
}

const nameOf = (path: Path): string => JSON.stringify(path);

/** A key that is missing because it is misspelt is told once, where it is misspelt. */
function keysMeant(issue: z.core.$ZodIssue): string[] {
  if (issue.code !== "unrecognized_keys") return [];
  const path = issue.path as Path;
  const meant = issue.keys.map((key) => nearest(key, knownKeysAt(path) ?? []));
  return meant.flatMap((key) => (key === undefined ? [] : [nameOf([...path, key])]));
}

function findingsOf(issue: z.core.$ZodIssue, source: SourceDocument): Finding[] {
  const path = issue.path as Path;
  const error = (message: string, at: Path = path, atKey = false): Finding => ({
    severity: "error",
    path: at,
    atKey,
    message,
  });
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => error(unknownKey(key, path), [...path, key], true));
    case "invalid_key":
      return [error(issue.issues[0]?.message ?? issue.message, path, true)];
    case "invalid_value":
      return [error(source.has(path) ? notOneOf(issue) : missing(path))];
    case "invalid_type":
      return [error(source.has(path) ? wrongType(issue, path) : missing(path))];
    default:
      return [error(issue.message)];
  }
}

function unknownKey(key: string, path: Path): string {
  const known = knownKeysAt(path) ?? [];
  return `Unknown key "${key}".${didYouMean(key, known) || ` Known here: ${known.join(", ")}.`}`;
}

const missing = (path: Path): string => `"${path.at(-1)}" is missing${path.length > 1 ? " here" : ""}: add it.`;

function notOneOf({ values, input }: z.core.$ZodIssueInvalidValue): string {
  const known = values.map(String);
  return `"${String(input)}" is not one of ${known.join(", ")}.${didYouMean(String(input), known)}`;
}

const typeNames: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "keys with values",
  record: "keys with values",
};

function wrongType(issue: z.core.$ZodIssueInvalidType, path: Path): string {
  const { input } = issue;
  const expected = typeNames[issue.expected] ?? issue.expected;
  const where = path.length === 0 ? "The file" : typeof path.at(-1) === "number" ? "This entry" : `"${path.at(-1)}"`;
  if (input === null || input === undefined)
    return `${where} is empty: write ${expected}${path.length === 0 ? "" : ", or leave it out"}.`;
  if (issue.expected === "string" && typeof input !== "object")
    return `${where} must be text: put ${String(input)} in quotation marks.`;
  return `${where} must be ${expected}, but is ${kindOf(input)}.`;
}

function kindOf(input: unknown): string {
  if (Array.isArray(input)) return "a list";
  return typeof input === "object" ? "keys with values" : `"${String(input)}"`;
}
