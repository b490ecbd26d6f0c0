import * as z from "zod/mini";
import { componentsOf, schemaOf, type JsonSchema } from "./schemas.ts";
import { answers } from "../../shared/api/answers/index.ts";
import { wholeContract, type WholeOperationName } from "../../shared/api/contract.ts";
import { problemReasons } from "../../shared/api/problems.ts";
import { scopes, wideScopes, type RouteContract, type Scope } from "../../shared/api/route.ts";
import { meanings, summaries } from "../../shared/api/summaries.ts";
import { limits } from "../../shared/core/limits.ts";

/** A document after OpenAPI 3.1.1 (https://spec.openapis.org/oas/v3.1.1.html). */
export interface OpenApiDocument {
  openapi: "3.1.1";
  info: object;
  security: object[];
  tags: { name: string }[];
  paths: Record<string, Record<string, object>>;
  components: object;
}

const groupsOf = (some: readonly Scope[]): string => some.map((scope) => `\`scope:${scope}\``).join(", ");

const description = `The API of agents, operators and other systems. Sign in with a bearer token whose groups name a role
(agent, supervisor, operator, admin: each may do what the ones before it may) or \`service\` with scopes
(${groupsOf(scopes)}) and queues (\`queue:<id>\`, \`queue:*\`). What concerns all queues at once takes \`queue:*\`:
${groupsOf(wideScopes)}.

Lists answer \`{"items":[…],"cursor":…}\`; pass the cursor back for the next page, and the last page has none. Errors are
\`application/problem+json\` (RFC 9457) and name the field at fault. Times are ISO 8601 in UTC. A message is written once
for each Idempotency-Key of a caller: send the same key when you try again.`;

/** The contract as an OpenAPI document. @param version of the program */
export function openApiDocument(version: string): OpenApiDocument {
  const paths: OpenApiDocument["paths"] = {};
  for (const operationId of Object.keys(wholeContract) as WholeOperationName[]) {
    const route: RouteContract = wholeContract[operationId];
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = operation(operationId, route);
  }
  const tags = [...new Set(Object.values(wholeContract).map(tagOf))].toSorted();
  return {
    openapi: "3.1.1",
    info: {
      title: "Switchyard",
      version,
      description,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    security: [{ bearer: [] }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      schemas: { ...componentsOf(), Problem: problemSchema },
    },
  };
}

/** The first word of a path names the kind of thing that it is about. */
const tagOf = ({ path }: RouteContract): string => path.split("/")[2]!;

function operation(operationId: WholeOperationName, route: RouteContract): object {
  const { method, path, role, scope, body, reasons = [] } = route;
  return {
    operationId,
    tags: [tagOf(route)],
    summary: summaries[operationId],
    description: `Role: ${role}. Scope of a service: ${scope}.`,
    "x-role": role,
    "x-scope": scope,
    ...(reasons.length > 0 && { "x-reasons": reasons }),
    parameters: [...pathParameters(path), ...queryParameters(route), ...keyParameter(route), ...fileParameter(route)],
    ...(body && {
      requestBody: {
        required: method !== "POST" || needsFields(body),
        content: { "application/json": { schema: schemaOf(body) } },
      },
    }),
    ...(route.takesFile && {
      requestBody: {
        required: true,
        description: `the file as it is, up to ${limits.maxUploadBytes} bytes`,
        content: { "*/*": { schema: {} } },
      },
    }),
    responses: { [route.status]: success(operationId, route), ...problems(route) },
  };
}

const needsFields = (body: z.ZodMiniObject): boolean =>
  Object.values(body.shape).some((field) => !(field instanceof z.ZodMiniOptional)) || "anyOf" in schemaOf(body);

const pathParameters = (path: string): object[] =>
  Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string", minLength: 1, maxLength: limits.maxPathParameterCharacters },
  }));

function queryParameters({ query }: RouteContract): object[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemaOf(query);
  return Object.entries(properties).map(([name, { description: says, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(says !== undefined && { description: says }),
    schema,
  }));
}

const keyParameter = ({ takesIdempotencyKey }: RouteContract): object[] =>
  takesIdempotencyKey
    ? [
        {
          name: "Idempotency-Key",
          in: "header",
          required: true,
          description: "of your own, the same one when you try again",
          schema: { type: "string", minLength: 1, maxLength: limits.maxIdempotencyKeyCharacters },
        },
      ]
    : [];

const fileParameter = ({ takesFile }: RouteContract): object[] =>
  takesFile
    ? [
        {
          name: "x-file-name",
          in: "header",
          required: true,
          description: "what the file is called, percent-encoded",
          schema: { type: "string", minLength: 1 },
        },
      ]
    : [];

function success(operationId: WholeOperationName, { answersText }: RouteContract): object {
  const content = answersText
    ? { "text/plain": { schema: { type: "string" } } }
    : { "application/json": { schema: schemaOf(answers[operationId]) } };
  return { description: "Done", content };
}

/** What any route may answer, and why this one may refuse. */
function problems(route: RouteContract): Record<string, object> {
  const said: Record<number, string[]> = {
    401: ["No token, or one that is not valid."],
    403: [`The role ${route.role}, the scope ${route.scope} or the holding of the conversation is missing.`],
    500: ["Something failed on our side; it can be tried again."],
    503: ["Too much happens at the same time; nothing was changed."],
  };
  if (route.query || route.body || route.takesIdempotencyKey || route.takesFile)
    said[400] = ["A field is missing or wrong: see `errors`."];
  if (route.body) said[413] = [`The body has more than ${limits.maxRequestBodyBytes} bytes.`];
  if (route.takesFile) said[413] = [`The file has more than ${limits.maxUploadBytes} bytes.`];
  if (route.path.includes("{")) said[404] = ["There is nothing of that id, or you may not see it."];
  for (const reason of route.reasons ?? []) {
    (said[problemReasons[reason]] ??= []).push(`\`${reason}\`: ${meanings[reason]}`);
  }
  return Object.fromEntries(
    Object.entries(said).map(([status, meanings]) => [status, problemResponse(meanings.join("\n\n"))]),
  );
}

const problemResponse = (says: string): object => ({
  description: says,
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});

const problemSchema: JsonSchema = {
  type: "object",
  description: "RFC 9457",
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "what is wrong and what to do" },
    reason: { type: "string", enum: Object.keys(problemReasons) },
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: { field: { type: "string" }, message: { type: "string" } },
        required: ["field", "message"],
      },
    },
  },
  required: ["title", "status", "detail"],
};
