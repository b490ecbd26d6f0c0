import { roles, wideScopes, type Role, type Scope } from "../shared/api/route.ts";
import { ProblemError } from "../shared/flow/http-reply.ts";

export type Caller =
  /** `id`: the agent id for agents; the user's name for others */
  | { id: string; role: Role }
  /** another system, which may do what its scopes name in the queues that it names; `*`: in all */
  | { id: string; role: "service"; scopes: readonly string[]; queueIds: readonly string[] };

/**
 * Who calls, from a bearer token that API Gateway's authorizer has verified. Cognito's access tokens name the user in
 * `username` and the groups in `cognito:groups`; other issuers use `sub` and `groups`. The token itself is read, because
 * the authorizer hands a list of groups over as one text, in which a group "support admin" would read as two.
 *
 * Another system has the group `service`, one `scope:<name>` for each thing that it may do and one `queue:<id>` for each
 * queue that it may see (`queue:*`: all). A person's role beside it counts for nothing: a service never is more than its
 * scopes.
 *
 * @param authorization the header, `Bearer …`
 * @returns undefined where it names no user, or no role of ours is among the groups
 */
export function callerOf(authorization: string): Caller | undefined {
  const claims = claimsOf(authorization);
  const id = claims["token_use"] === "access" ? (claims["username"] ?? claims["sub"]) : claims["sub"];
  const groups = groupsOf(claims["cognito:groups"] ?? claims["groups"]);
  if (typeof id !== "string" || id === "") return undefined;
  if (groups.includes("service")) {
    return { id, role: "service", scopes: named(groups, "scope:"), queueIds: named(groups, "queue:") };
  }
  const role = roles.findLast((each) => groups.includes(each));
  return role && { id, role };
}

const groupsOf = (claim: unknown): string[] =>
  Array.isArray(claim) ? claim.filter((group) => typeof group === "string") : [];

const named = (groups: string[], prefix: string): string[] =>
  groups.filter((group) => group.startsWith(prefix)).map((group) => group.slice(prefix.length));

/** The payload of a JWT (RFC 7519, section 3), unverified: only for what was verified before. */
function claimsOf(authorization: string): Record<string, unknown> {
  const payload = authorization.replace(/^Bearer /i, "").split(".")[1];
  if (payload === undefined) return {};
  const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  return typeof claims === "object" && claims !== null ? { ...claims } : {};
}

export const atLeast = (caller: Caller, role: Role): boolean =>
  caller.role !== "service" && roles.indexOf(caller.role) >= roles.indexOf(role);

/** @throws ProblemError 403 that names the role, the scope or the queues that are missing */
export function requireRight({ role, scope }: { role: Role; scope: Scope }, caller: Caller): void {
  if (caller.role === "service") {
    if (!caller.scopes.includes(scope))
      throw new ProblemError(403, `This takes the scope ${scope}: ask for the group scope:${scope}.`, { scope });
    if (wideScopes.includes(scope) && !caller.queueIds.includes("*"))
      throw new ProblemError(403, "This concerns all queues at once: ask for the group queue:*.", { queue: "*" });
    return;
  }
  if (!atLeast(caller, role)) {
    throw new ProblemError(403, `This takes the role ${role}; yours is ${caller.role}.`, { role });
  }
}
