import { roles, type Caller } from "./routes.ts";

/**
 * Who calls, from the claims that API Gateway has verified. Cognito's access tokens name the user in `username` and the
 * groups in `cognito:groups`; other issuers use `sub` and `groups`. API Gateway hands a list over as `[a b]`.
 *
 * @returns undefined where no role of ours is among the groups
 */
export function callerOf(claims: Record<string, unknown>): Caller | undefined {
  const id = claims["username"] ?? claims["sub"];
  const groups = groupsOf(claims["cognito:groups"] ?? claims["groups"]);
  const role = roles.findLast((each) => groups.includes(each));
  return typeof id === "string" && id !== "" && role ? { id, role } : undefined;
}

function groupsOf(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.map(String);
  return typeof claim === "string" ? claim.replace(/^\[|\]$/g, "").split(/[\s,]+/) : [];
}
