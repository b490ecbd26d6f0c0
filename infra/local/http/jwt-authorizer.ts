import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { AuthorizerDefinition } from "../template/blueprint.ts";
import type { Authorized, HttpApiRequest } from "./event.ts";
import { gatewayAnswer, type HttpApiAnswer } from "./answer.ts";

export interface JwtAuthorizerOptions {
  definition: AuthorizerDefinition;
  keys: JWTVerifyGetKey;
  /** milliseconds since 1970 */
  now(): number;
}

export type Authorization = { ok: true; authorized: Authorized } | { ok: false; answer: HttpApiAnswer };

/**
 * HTTP API's JWT authorizer (API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers"): signature
 * by an RSA key of the issuer, issuer, audience (`aud`, or `client_id` where there is none), times, then the route's scopes.
 */
export class JwtAuthorizer {
  readonly #options: JwtAuthorizerOptions;

  constructor(options: JwtAuthorizerOptions) {
    this.#options = options;
  }

  async authorize(request: HttpApiRequest, scopes: string[]): Promise<Authorization> {
    const token = this.#token(request);
    if (!token) return { ok: false, answer: unauthorized("Bearer") };
    const { definition, keys, now } = this.#options;
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, keys, {
        algorithms: ["RS256", "RS384", "RS512"],
        issuer: definition.issuer,
        currentDate: new Date(now()),
        requiredClaims: ["exp"],
      }));
    } catch (error) {
      return refused(describe(error));
    }
    const audiences = [payload.aud ?? payload["client_id"]].flat();
    if (!audiences.some((audience) => definition.audience.includes(String(audience))))
      return refused("the token does not have a valid audience");
    const held = String(payload["scope"] ?? payload["scp"] ?? "").split(" ");
    const granted = scopes.filter((scope) => held.includes(scope));
    if (scopes.length > 0 && granted.length === 0) return { ok: false, answer: gatewayAnswer(403, "Forbidden") };
    return { ok: true, authorized: { claims: claimsAsText(payload), scopes: scopes.length > 0 ? granted : null } };
  }

  #token(request: HttpApiRequest): string | undefined {
    for (const source of this.#options.definition.identitySource) {
      const [, place, name = ""] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
      const value =
        place === "header"
          ? request.headers[name.toLowerCase()]
          : (new URLSearchParams(request.rawQuery).get(name) ?? undefined);
      if (typeof value === "string" && value) return value.replace(/^Bearer /i, "");
    }
    return undefined;
  }
}

/** API Gateway writes each claim as text, a list as `[a b]`. */
export function claimsAsText(payload: JWTPayload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => {
      if (Array.isArray(value)) return [name, `[${value.join(" ")}]`];
      return [name, value !== null && typeof value === "object" ? JSON.stringify(value) : String(value)];
    }),
  );
}

function describe(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "the token has expired";
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "iss")
    return "the token has an invalid issuer";
  if (error instanceof errors.JWTClaimValidationFailed) return `the token has an invalid ${error.claim}`;
  if (error instanceof errors.JOSEError) return "signature is invalid or the token is malformed";
  throw error;
}

const refused = (description: string): Authorization => ({
  ok: false,
  answer: unauthorized(`Bearer scope="" error="invalid_token" error_description="${description}"`),
});

const unauthorized = (challenge: string): HttpApiAnswer =>
  gatewayAnswer(401, "Unauthorized", { "www-authenticate": challenge });
