/** What a token says of itself; only the router knows whether it is true. */
export interface TokenClaims {
  sub?: string;
  /** seconds since 1970 */
  exp?: number;
}

export function claimsOf(token: string): TokenClaims {
  try {
    const [, claims = ""] = token.split(".");
    const bytes = Uint8Array.from(atob(claims.replaceAll("-", "+").replaceAll("_", "/")), (character) =>
      character.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(bytes)) as TokenClaims;
  } catch {
    return {};
  }
}

/** @param now milliseconds since 1970 */
export const isCurrent = (token: string, now: number): boolean => (claimsOf(token).exp ?? 0) * 1000 > now;
