import type { IntegrationDefinition, RouteDefinition } from "../template/blueprint.ts";

export interface ApiRoute {
  /** `GET /desk/{proxy+}` or `$default` */
  key: string;
  definition: RouteDefinition;
  integration: IntegrationDefinition;
}

export interface RouteMatch {
  route: ApiRoute;
  /** decoded */
  pathParameters: Record<string, string>;
}

type Segment = { kind: "literal" | "parameter" | "greedy"; name: string };

interface Candidate {
  route: ApiRoute;
  method: string;
  segments: Segment[];
}

/**
 * HTTP API's choice of a route (API Gateway developer guide, "Routes for HTTP APIs"): a full match first, then a greedy
 * path variable, then `$default`; a route's own method before ANY.
 */
export class RouteTable {
  readonly #candidates: Candidate[];
  readonly #fallback: ApiRoute | undefined;

  constructor(routes: ApiRoute[]) {
    this.#fallback = routes.find((route) => route.key === "$default");
    this.#candidates = routes
      .filter((route) => route.key !== "$default")
      .map((route) => {
        const [method = "", path = ""] = route.key.split(" ");
        return { route, method, segments: segmentsOf(path) };
      })
      .toSorted(bySpecificity);
  }

  /** @param path as it came, percent-encoded, without query */
  match(method: string, path: string): RouteMatch | undefined {
    for (const candidate of this.#candidates) {
      if (candidate.method !== "ANY" && candidate.method !== method) continue;
      const pathParameters = matchPath(candidate.segments, path);
      if (pathParameters) return { route: candidate.route, pathParameters };
    }
    return this.#fallback && { route: this.#fallback, pathParameters: {} };
  }
}

function segmentsOf(path: string): Segment[] {
  return path
    .split("/")
    .slice(1)
    .map((text) => {
      const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
      if (name === undefined) return { kind: "literal", name: text };
      return { kind: greedy ? "greedy" : "parameter", name };
    });
}

function matchPath(segments: Segment[], path: string): Record<string, string> | undefined {
  const parts = path.split("/").slice(1);
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (segment.kind === "greedy") {
      const rest = parts.slice(index).join("/");
      if (!rest) return undefined;
      parameters[segment.name] = decoded(rest);
      return parameters;
    }
    if (!part || (segment.kind === "literal" && part !== segment.name)) return undefined;
    if (segment.kind === "parameter") parameters[segment.name] = decoded(part);
  }
  return parts.length === segments.length ? parameters : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not valid percent-encoding: the function gets it as it came.
    return text;
  }
}

const rank: Record<Segment["kind"], number> = { literal: 0, parameter: 1, greedy: 2 };

function bySpecificity(a: Candidate, b: Candidate): number {
  const length = Math.max(a.segments.length, b.segments.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.segments[index];
    const right = b.segments[index];
    const difference = (left ? rank[left.kind] : -1) - (right ? rank[right.kind] : -1);
    if (difference !== 0) return difference;
  }
  return Number(a.method === "ANY") - Number(b.method === "ANY");
}
