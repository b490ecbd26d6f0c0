import type * as z from "zod/mini";
import type { ProblemReason } from "./problems.ts";

/** Ordered: each role may do what the ones before it may, but for what is an agent's own. */
export const roles = ["agent", "supervisor", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

/** What a service's token may be allowed to do: a group `scope:<name>` for each. */
export const scopes = [
  "conversations:read",
  "conversations:write",
  "messages:write",
  "agents:read",
  "agents:write",
  "customers:read",
  "customers:write",
  "customers:import",
  "customers:admin",
  "operations:read",
  "operations:write",
  "webhooks:write",
] as const;
export type Scope = (typeof scopes)[number];

/**
 * What these allow concerns all queues at once: events of every conversation, whatever is parked, whole customers. So a
 * service has them only beside the group `queue:*`.
 */
export const wideScopes: readonly Scope[] = [
  "customers:admin",
  "operations:read",
  "operations:write",
  "webhooks:write",
];

/**
 * One route of the API: what checks requests, what documents them (OpenAPI) and what gives clients their types. A query
 * is an object of texts and numbers; a body that is absent counts as an empty object.
 */
export interface RouteContract {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `{name}` stands for one segment */
  readonly path: `/v1/${string}`;
  /** the least role that may call it */
  readonly role: Role;
  /** what a service's token needs in place of a role */
  readonly scope: Scope;
  readonly query?: z.ZodMiniObject;
  readonly body?: z.ZodMiniObject;
  /** its body is a file, of whatever content type, and the header x-file-name says what it is called, percent-encoded */
  readonly takesFile?: true;
  /** takes the header Idempotency-Key: the same key of the same caller is the same request */
  readonly takesIdempotencyKey?: true;
  readonly status: 200 | 201 | 202;
  /** what an answer is, as a type alone: its schema is in answers/, which no function carries */
  readonly answer?: z.ZodMiniType;
  /** text/plain where it is not JSON */
  readonly answersText?: true;
  /** why it may refuse what is well formed: the `reason` of its problem+json */
  readonly reasons?: readonly ProblemReason[];
}

export type Contract = Record<string, RouteContract>;

type Answering<Part extends Contract, Answers> = {
  [Name in keyof Part]: Part[Name] & { readonly answer?: Name extends keyof Answers ? Answers[Name] : never };
};

/** Says by type which schema answers each operation of a part. */
export const answeredBy =
  <Answers>() =>
  <const Part extends Contract & Record<keyof Answers, RouteContract>>(part: Part): Answering<Part, Answers> =>
    part as unknown as Answering<Part, Answers>;

type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** What stands in the path, by name. */
export type ParametersOf<Route extends RouteContract> = Record<NamesIn<Route["path"]>, string>;

type Declared<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : Record<never, never>;

export type QueryOf<Route extends RouteContract> = Declared<Route["query"]>;
export type BodyOf<Route extends RouteContract> = Declared<Route["body"]>;
export type AnswerOf<Route extends RouteContract> =
  NonNullable<Route["answer"]> extends infer Schema extends z.ZodMiniType ? z.output<Schema> : never;
