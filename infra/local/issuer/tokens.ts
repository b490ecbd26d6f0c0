import { randomUUID, type webcrypto } from "node:crypto";
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTVerifyGetKey,
  SignJWT,
} from "jose";

/** Somebody who may sign in: no password, it is this machine. */
export interface SandboxUser {
  username: string;
  groups: string[];
}

export interface TokenRequest {
  user: SandboxUser;
  clientId: string;
  scope: string;
  validForMs: number;
}

const algorithm = "RS256";

/** A new signing key as JSON, to be kept between starts. */
export async function createSigningKey(): Promise<string> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return JSON.stringify({ ...(await exportJWK(privateKey)), kid: randomUUID(), alg: algorithm, use: "sig" });
}

/** Signs tokens with the claims that Cognito puts into them (Cognito developer guide, "Understanding user pool JSON web tokens"). */
export class TokenSigner {
  readonly issuer: string;
  /** the public key, as jwks.json gives it */
  readonly keySet: JSONWebKeySet;
  readonly keys: JWTVerifyGetKey;
  readonly #key: webcrypto.CryptoKey;
  readonly #keyId: string;
  readonly #now: () => number;

  private constructor(options: { issuer: string; now: () => number; key: webcrypto.CryptoKey; jwk: JWK }) {
    this.issuer = options.issuer;
    this.#now = options.now;
    this.#key = options.key;
    this.#keyId = options.jwk.kid!;
    const { kty, n, e, kid, alg, use } = options.jwk;
    this.keySet = { keys: [{ kty, n, e, kid, alg, use }] };
    this.keys = createLocalJWKSet(this.keySet);
  }

  /** @param signingKey what `createSigningKey` gave */
  static async load(options: { issuer: string; now: () => number; signingKey: string }): Promise<TokenSigner> {
    const jwk = JSON.parse(options.signingKey) as JWK;
    const key = (await importJWK(jwk, algorithm)) as webcrypto.CryptoKey;
    return new TokenSigner({ issuer: options.issuer, now: options.now, key, jwk });
  }

  accessToken({ user, clientId, scope, validForMs }: TokenRequest): Promise<string> {
    const claims = { client_id: clientId, scope, username: user.username };
    return this.#sign(user, { ...claims, token_use: "access" }, validForMs);
  }

  idToken({ user, clientId, validForMs }: TokenRequest, nonce: string | undefined): Promise<string> {
    const claims = { aud: clientId, "cognito:username": user.username, ...(nonce !== undefined && { nonce }) };
    return this.#sign(user, { ...claims, token_use: "id" }, validForMs);
  }

  #sign(user: SandboxUser, claims: Record<string, unknown>, validForMs: number): Promise<string> {
    const now = Math.floor(this.#now() / 1000);
    return new SignJWT({ ...claims, "cognito:groups": user.groups, auth_time: now, event_id: randomUUID() })
      .setProtectedHeader({ alg: algorithm, kid: this.#keyId })
      .setSubject(user.username)
      .setIssuer(this.issuer)
      .setIssuedAt(now)
      .setExpirationTime(now + Math.floor(validForMs / 1000))
      .setJti(randomUUID())
      .sign(this.#key);
  }
}
