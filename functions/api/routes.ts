import { ProblemError, type HttpReply } from "../../shared/flow/http-reply.ts";
import type { PoolMemory } from "../../shared/flow/pool.ts";
import type { App } from "../../shared/ports/app.ts";

/** Ordered: each role may do what the ones before it may, but for what is an agent's own. */
export const roles = ["agent", "supervisor", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

export interface Caller {
  /** the agent id for agents; the user's name for others */
  id: string;
  role: Role;
}

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

/** What a route's handler gets: the request with its path's parameters, and what it may touch. */
export interface Call {
  request: ApiRequest;
  caller: Caller;
  parameters: Record<string, string>;
  query: URLSearchParams;
  app: App;
  memory: PoolMemory;
}

export interface Route {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `{name}` stands for one segment */
  path: string;
  /** the least role that may call it */
  role: Role;
  handle(call: Call): Promise<HttpReply>;
}

export const atLeast = (caller: Caller, role: Role): boolean => roles.indexOf(caller.role) >= roles.indexOf(role);

/** @throws ProblemError 404 for an unknown path, 405 for a known one with another method */
export function matchRoute(
  routes: Route[],
  method: string,
  path: string,
): { route: Route; parameters: Record<string, string> } {
  const allowed: string[] = [];
  for (const route of routes) {
    const parameters = parametersOf(route.path, path);
    if (!parameters) continue;
    if (route.method === method) return { route, parameters };
    allowed.push(route.method);
  }
  if (allowed.length === 0) throw new ProblemError(404, `There is nothing at ${path}.`);
  const allow = allowed.join(", ");
  throw new ProblemError(405, `${path} takes ${allow}, not ${method}.`, { allowed }, { allow });
}

function parametersOf(pattern: string, path: string): Record<string, string> | undefined {
  const expected = pattern.split("/");
  const actual = path.split("/");
  if (expected.length !== actual.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [position, segment] of expected.entries()) {
    const value = actual[position]!;
    if (!segment.startsWith("{")) {
      if (segment !== value) return undefined;
    } else {
      const decoded = decodeSegment(value);
      if (!decoded) return undefined;
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
