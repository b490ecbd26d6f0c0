import type { Caller } from "./routes.ts";
import { roles } from "../../shared/api/route.ts";

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
