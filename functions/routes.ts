import type { OperationName, Operations } from "../shared/api/contract.ts";
import type { AnswerOf, BodyOf, Contract, ParametersOf, QueryOf, RouteContract } from "../shared/api/route.ts";
import { limits } from "../shared/core/limits.ts";
import { ProblemError } from "../shared/flow/http-reply.ts";
import type { App } from "../shared/ports/app.ts";
import type { Caller } from "./caller.ts";

export interface ApiRequest {
  method: string;
  /** starts with /v1 */
  path: string;
  rawQuery: string;
  /** names in lower case */
  headers: Record<string, string>;
  body: string;
  caller: Caller;
}

/** Who calls, and what every route may touch. */
export interface Context {
  caller: Caller;
  app: App;
}

/** What a route's handler gets: the request, checked against its contract. */
export interface Call<Route extends RouteContract> extends Context {
  parameters: ParametersOf<Route>;
  query: QueryOf<Route>;
  body: BodyOf<Route>;
  /** of routes that take one; else "" */
  idempotencyKey: string;
}

/** A call of one operation of the contract. */
export type CallOf<Name extends OperationName> = Call<Operations[Name]>;

/**
 * What carries a part of the contract out: one function an operation, with what its Lambda function gives it besides.
 *
 * @throws ProblemError
 */
export type Handlers<Part extends Contract, Given = unknown> = {
  [Name in keyof Part]: (call: Call<Part[Name]> & Given) => Promise<AnswerOf<Part[Name]>>;
};

export interface Matched {
  name: string;
  parameters: Record<string, string>;
}

/** Paths of a part of the contract cut into segments, once a process; what names more comes first. */
export interface Pattern {
  name: string;
  method: string;
  segments: string[];
}

export const patternsOf = (part: Contract): Pattern[] =>
  Object.entries(part)
    .map(([name, { method, path }]) => ({ name, method, segments: path.split("/") }))
    .toSorted((one, other) => parameterCount(one) - parameterCount(other));

const parameterCount = ({ segments }: Pattern): number => segments.filter((segment) => segment.startsWith("{")).length;

/** @throws ProblemError 404 for an unknown path, 405 for a known one with another method */
export function matchRoute(patterns: Pattern[], method: string, path: string): Matched {
  const actual = path.split("/");
  const allowed: string[] = [];
  for (const pattern of patterns) {
    const parameters = parametersOf(pattern.segments, actual);
    if (!parameters) continue;
    if (pattern.method === method) return { name: pattern.name, parameters };
    allowed.push(pattern.method);
  }
  if (allowed.length === 0)
    throw new ProblemError(404, "There is nothing at this path; /openapi.json names all paths.");
  const allow = allowed.join(", ");
  throw new ProblemError(405, `This path takes ${allow}, not ${method}.`, { allowed }, { allow });
}

function parametersOf(expected: string[], actual: string[]): Record<string, string> | undefined {
  if (expected.length !== actual.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [position, segment] of expected.entries()) {
    const value = actual[position]!;
    if (!segment.startsWith("{")) {
      if (segment !== value) return undefined;
    } else {
      const decoded = decodeSegment(value);
      if (!decoded || decoded.length > limits.maxPathParameterCharacters) return undefined;
      parameters[segment.slice(1, -1)] = decoded;
    }
  }
  return parameters;
}

function decodeSegment(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
