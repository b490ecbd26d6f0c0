/** As much of an OpenAPI 3.1 document as the page shows. */
export interface ApiDocument {
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  "x-role": string;
  "x-scope": string;
  parameters: { name: string; in: string; required: boolean; description?: string; schema: Schema }[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, { description: string; content?: Content }>;
}

type Content = Record<string, { schema: Schema }>;

export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  format?: string;
  pattern?: string;
  description?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

export interface Route extends Operation {
  method: string;
  path: string;
}

/** Every route, by what it is about. */
export function routesByTag({ paths }: ApiDocument): [string, Route[]][] {
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
  const tags = Map.groupBy(routes, ({ tags: [tag = ""] }) => tag);
  return Array.from(tags).toSorted(([one], [other]) => one.localeCompare(other));
}

/** Whether each word is in the route's path, method, name or summary. */
export function mentions({ method, path, operationId, summary }: Route, words: string): boolean {
  const text = `${method} ${path} ${operationId} ${summary}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The one content of a body or answer, with its type. */
export function contentOf(content: Content | undefined): { type: string; schema: Schema } | undefined {
  const [entry] = Object.entries(content ?? {});
  return entry && { type: entry[0], schema: entry[1].schema };
}

export const nameOf = (reference: string): string => reference.split("/").at(-1)!;

/** A schema in a few words, e.g. `text, at most 200 characters`. */
export function inWords(schema: Schema): string {
  if (schema.$ref) return nameOf(schema.$ref);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map(inWords))].join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const types = [schema.type ?? "anything"].flat();
  return [types.map((type) => typeInWords(type, schema)).join(" or "), ...limitsOf(schema)].join(", ");
}

function typeInWords(type: string, { items, format, additionalProperties }: Schema): string {
  if (type === "string") return format === "date-time" ? "time" : "text";
  if (type === "integer") return "whole number";
  if (type === "array") return `list of ${items ? inWords(items) : "anything"}`;
  if (type === "object" && typeof additionalProperties === "object") {
    return `object of ${inWords(additionalProperties)} by name`;
  }
  return type;
}

function limitsOf({ minimum, maximum, maxLength, minItems, maxItems, pattern }: Schema): string[] {
  return [
    minimum !== undefined && `at least ${minimum}`,
    maximum !== undefined && `at most ${maximum}`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    minItems !== undefined && minItems > 0 && `at least ${minItems}`,
    maxItems !== undefined && `at most ${maxItems}`,
    pattern !== undefined && `matching ${pattern}`,
  ].filter((limit) => limit !== false);
}
