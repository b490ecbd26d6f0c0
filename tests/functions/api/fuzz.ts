import * as fc from "fast-check";
import type { OpenApiDocument } from "../../../infra/openapi/document.ts";
import type { JsonSchema } from "../../../infra/openapi/schemas.ts";

/*
 * Calls that the API's own document makes possible, and calls that it forbids: wrong types, sizes, encodings, deep
 * nesting, huge numbers and names that mean something to JavaScript.
 */

export interface FuzzedCall {
  operationId: string;
  method: string;
  /** with its query */
  path: string;
  headers: Record<string, string>;
  /** as it goes over the wire; absent: none */
  body?: string;
}

interface Operation {
  operationId: string;
  parameters: { name: string; in: string; required: boolean; schema: JsonSchema }[];
  requestBody?: { content: { "application/json": { schema: JsonSchema } } };
}

const nastyTexts = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "\u0000",
    "\ud800",
    "\u202eevil",
    "__proto__",
    "constructor",
    "toString",
    "../../etc/passwd",
    "%00",
    "%E0%A4%A",
    "a/b",
    "?#&=",
    "'; DROP TABLE x; --",
    "${7*7}",
    "<script>alert(1)</script>",
    "9".repeat(400),
    "é".repeat(3_000),
    "🙂".repeat(60_000),
    "-1",
    "1e3",
    "0x10",
    "NaN",
    "2026-13-45T99:99:99Z",
    "+999999-01-01T00:00:00Z",
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
);

const nastyNumbers = fc.constantFrom(-0, -1, 0.1, 1e-320, 1e-130, 1e126, 1e308, 2 ** 53, -(2 ** 63), 4_294_967_296);

const deep = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** Own properties of names that an object literal can't have. */
const withNames = (value: unknown): unknown =>
  JSON.parse(`{"__proto__":${JSON.stringify(value)},"constructor":{"prototype":1},"toString":null,"":1}`);

const nastyValues: fc.Arbitrary<unknown> = fc.oneof(
  nastyTexts,
  nastyNumbers,
  fc.constantFrom(null, true, [], {}, [null], deep(900)),
  fc.array(fc.constant("x"), { minLength: 150, maxLength: 150 }),
  fc.jsonValue().map(withNames),
  fc.jsonValue(),
);

/** Bodies that are not even JSON, or JSON of a kind that nobody writes. */
const rawBodies = fc.constantFrom(
  "{",
  "null",
  "[]",
  "5",
  '"text"',
  "\ufeff{}",
  "\u0000",
  "[".repeat(50_000),
  `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`,
  '{"text":"a","text":"b"}',
  '{"text":1e999}',
  `{"text":"${"x".repeat(1_200_000)}"}`,
  "text=form&encoded=1",
);

/** Values that a schema allows, as far as a value can be made from it. */
function allowedBy(schema: JsonSchema, schemas: Record<string, JsonSchema>): fc.Arbitrary<unknown> {
  const reference = schema["$ref"];
  if (typeof reference === "string") return allowedBy(schemas[reference.split("/").at(-1)!] ?? {}, schemas);
  const choices = schema.properties ? undefined : ((schema["anyOf"] ?? schema["oneOf"]) as JsonSchema[] | undefined);
  if (choices) return fc.oneof(...choices.map((choice) => allowedBy(choice, schemas)));
  const given = (schema["enum"] ?? ("const" in schema ? [schema["const"]] : undefined)) as unknown[] | undefined;
  if (given) return fc.constantFrom(...given);
  const [type] = [schema["type"] ?? "null"].flat();
  if (type === "string") return textsOf(schema);
  if (type === "boolean") return fc.boolean();
  if (type === "integer" || type === "number") {
    return fc.integer({ min: Number(schema["minimum"] ?? -5), max: Number(schema["maximum"] ?? 5) });
  }
  if (type === "array") return fc.array(allowedBy((schema["items"] ?? {}) as JsonSchema, schemas), { maxLength: 3 });
  if (type === "object") return objectsOf(schema, schemas);
  return fc.constant(null);
}

function textsOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema["format"] === "date-time") return fc.constantFrom("2026-11-03T09:00:00Z", "1970-01-01T00:00:00.000Z");
  if (schema["pattern"] === "^[a-z]{2,3}$") return fc.constantFrom("de", "en");
  return fc.string({ unit: "grapheme", minLength: 1, maxLength: Math.min(60, Number(schema["maxLength"] ?? 60)) });
}

function objectsOf(schema: JsonSchema, schemas: Record<string, JsonSchema>): fc.Arbitrary<unknown> {
  const { properties = {}, required = [] } = schema;
  const fields = Object.entries(properties).map(([name, field]) => [name, allowedBy(field, schemas)] as const);
  if (fields.length > 0) return fc.record(Object.fromEntries(fields), { requiredKeys: required });
  const values = schema["additionalProperties"];
  if (typeof values !== "object" || values === null) return fc.constant({});
  return fc.dictionary(fc.string({ minLength: 1, maxLength: 9 }), allowedBy(values as JsonSchema, schemas));
}

/** What a schema allows, often with one field of another kind, one left out or one too many. */
const bodiesOf = (schema: JsonSchema, schemas: Record<string, JsonSchema>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: allowedBy(schema, schemas).map((value) => JSON.stringify(value)) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          allowedBy(schema, schemas),
          fc.constantFrom(...Object.keys(schema.properties ?? {}), "unknown", "__proto__"),
          nastyValues,
        )
        .map(([value, name, nasty]) => withField(value, name, nasty)),
    },
    { weight: 1, arbitrary: nastyValues.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: rawBodies },
  );

function withField(value: unknown, name: string, nasty: unknown): string {
  const others = Object.entries(value as object).filter(([key]) => key !== name);
  const fields = [...others, [name, nasty]].map(([key, each]) => `${JSON.stringify(key)}:${JSON.stringify(each)}`);
  return `{${fields.join(",")}}`;
}

/** Files are taken as they are, whatever they are. */
const takesJson = ([, { requestBody }]: [string, Operation]): boolean =>
  !requestBody || "application/json" in requestBody.content;

/** @param known ids by the first word of the path, that lead somewhere */
export function fuzzedCalls(document: OpenApiDocument, known: Record<string, string[]>): fc.Arbitrary<FuzzedCall> {
  const { schemas } = document.components as { schemas: Record<string, JsonSchema> };
  const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>)
      .filter(takesJson)
      .map(([method, operation]) =>
        fc
          .record({
            path: pathsOf(path, known),
            query: queriesOf(operation),
            key: fc.oneof(fc.constantFrom("k1", "k2"), nastyTexts),
            body: operation.requestBody
              ? bodiesOf(operation.requestBody.content["application/json"].schema, schemas)
              : fc.constant(undefined),
          })
          .map(({ path: filled, query, key, body }) => ({
            operationId: operation.operationId,
            method: method.toUpperCase(),
            path: filled + (query && `?${query}`),
            headers: { "idempotency-key": key },
            body,
          })),
      ),
  );
  return fc.oneof(...calls);
}

function pathsOf(template: string, known: Record<string, string[]>): fc.Arbitrary<string> {
  const [, , kind = ""] = template.split("/");
  const names = Array.from(template.matchAll(/\{(\w+)\}/g), ([, name]) => name!);
  const values = names.map((name) => {
    const ids = known[name === "id" ? kind : name] ?? [];
    const nasty = nastyTexts.filter((text) => text.isWellFormed() && text.length < 1_000);
    return ids.length > 0 ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...ids) }, nasty) : nasty;
  });
  return fc.tuple(...values).map((filled) => {
    let position = 0;
    return template.replaceAll(/\{\w+\}/g, () => encodeURIComponent(filled[position++]!));
  });
}

function queriesOf({ parameters }: Operation): fc.Arbitrary<string> {
  const named = parameters.filter((parameter) => parameter.in === "query");
  if (named.length === 0) return fc.constantFrom("", "", "", "unknown=1", "%", "=&=");
  const one = fc
    .constantFrom(...named)
    .chain(({ name, schema }) =>
      fc.oneof(allowedBy(schema, {}), nastyTexts).map((value) => [name, String(value).toWellFormed()] as const),
    );
  const required = named.filter((parameter) => parameter.required).map(({ name }) => [name, "text"] as const);
  return fc
    .array(one, { maxLength: 3 })
    .map((pairs) => new URLSearchParams([...required, ...pairs].map(([name, value]) => [name, value])).toString())
    .filter((query) => query.length < 6_000);
}
