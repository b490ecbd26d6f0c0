import { roles, type Caller } from "./routes.ts";

/**
 * Who calls, from a bearer token that API Gateway's authorizer has verified. Cognito's access tokens name the user in
 * `username` and the groups in `cognito:groups`; other issuers use `sub` and `groups`. The token itself is read, because
 * the authorizer hands a list of groups over as one text, in which a group "support admin" would read as two.
 *
 * @param authorization the header, `Bearer …`
 * @returns undefined where it names no user, or no role of ours is among the groups
 */
export function callerOf(authorization: string): Caller | undefined {
  const claims = claimsOf(authorization);
  const id = claims["token_use"] === "access" ? (claims["username"] ?? claims["sub"]) : claims["sub"];
  const groups = claims["cognito:groups"] ?? claims["groups"];
  const role = roles.findLast((each) => Array.isArray(groups) && groups.includes(each));
  return typeof id === "string" && id !== "" && role ? { id, role } : undefined;
}

/** The payload of a JWT (RFC 7519, section 3), unverified: only for what was verified before. */
function claimsOf(authorization: string): Record<string, unknown> {
  const payload = authorization.replace(/^Bearer /i, "").split(".")[1];
  if (payload === undefined) return {};
  const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  return typeof claims === "object" && claims !== null ? { ...claims } : {};
}
