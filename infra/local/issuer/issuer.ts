import { createHash, randomBytes } from "node:crypto";
import { type HttpReply, json } from "../../../shared/flow/http-reply.ts";
import type { UserPoolClientDefinition } from "../template/blueprint.ts";
import { errorPage, pageHeaders, signInPage } from "./page.ts";
import type { SandboxUser, TokenSigner } from "./tokens.ts";

/** A code is valid for five minutes and once (Cognito developer guide, "Token endpoint"). */
const codeValidMs = 5 * 60_000;

export interface IssuerRequest {
  method: string;
  /** below the issuer's own address, e.g. `/oauth2/token` */
  path: string;
  query: URLSearchParams;
  /** of a form */
  body: string;
}

export interface IssuerOptions {
  /** where this issuer is served, without a slash at the end */
  url: string;
  clients: UserPoolClientDefinition[];
  users: SandboxUser[];
  signer: TokenSigner;
  /** milliseconds since 1970 */
  now(): number;
}

/** Who is signed in, where, and until when that is good for something. */
interface SignedIn {
  client: UserPoolClientDefinition;
  user: SandboxUser;
  scope: string;
  expiresAt: number;
}

interface Code extends SignedIn {
  redirectUri: string;
  challenge: string;
  nonce: string | undefined;
}

/** The user pool's domain, played on this machine: authorization code flow with PKCE (RFC 6749 section 4.1, RFC 7636). */
export class Issuer {
  readonly #options: IssuerOptions;
  readonly #codes = new Map<string, Code>();
  readonly #refreshTokens = new Map<string, SignedIn>();

  constructor(options: IssuerOptions) {
    this.#options = options;
  }

  async handle(request: IssuerRequest): Promise<HttpReply> {
    switch (`${request.method} ${request.path}`) {
      case "GET /.well-known/openid-configuration":
        return json(200, this.#discovery());
      case "GET /.well-known/jwks.json":
        return json(200, this.#options.signer.keySet);
      case "GET /oauth2/authorize":
      case "POST /oauth2/authorize":
        return this.#authorize(request);
      case "POST /oauth2/token":
        return this.#token(new URLSearchParams(request.body));
      case "GET /logout":
        return this.#logout(request.query);
      default:
        return json(404, { error: "not_found" });
    }
  }

  #discovery(): object {
    const { url, signer } = this.#options;
    return {
      issuer: signer.issuer,
      authorization_endpoint: `${url}/oauth2/authorize`,
      token_endpoint: `${url}/oauth2/token`,
      end_session_endpoint: `${url}/logout`,
      jwks_uri: `${url}/.well-known/jwks.json`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      code_challenge_methods_supported: ["S256"],
      scopes_supported: ["openid", "profile"],
    };
  }

  #authorize({ method, query, body }: IssuerRequest): HttpReply {
    const { users, clients } = this.#options;
    const client = clients.find((each) => each.id === query.get("client_id"));
    const redirectUri = query.get("redirect_uri") ?? "";
    if (!client) return html(400, errorPage(`There is no client "${query.get("client_id") ?? ""}".`));
    // Before the redirect address is known to be the client's own, nothing may be sent there (RFC 6749 section 4.1.2.1).
    if (!client.callbackUrls.includes(redirectUri))
      return html(
        400,
        errorPage(`"${redirectUri}" is none of the client's callback URLs: ${client.callbackUrls.join(", ")}.`),
      );
    const back = (values: Record<string, string>): HttpReply => redirect(redirectUri, values, query.get("state"));
    if (query.get("response_type") !== "code") return back({ error: "unsupported_response_type" });
    const challenge = query.get("code_challenge");
    if (!challenge || query.get("code_challenge_method") !== "S256")
      return back({ error: "invalid_request", error_description: "code_challenge with S256 is required" });
    if (method === "GET") return html(200, signInPage(users, query));
    const user = users.find((each) => each.username === new URLSearchParams(body).get("username"));
    if (!user) return html(400, errorPage("There is no such sandbox user."));
    const code = randomBytes(24).toString("base64url");
    this.#codes.set(code, {
      client,
      user,
      redirectUri,
      challenge,
      scope: query.get("scope") ?? "openid",
      nonce: query.get("nonce") ?? undefined,
      expiresAt: this.#options.now() + codeValidMs,
    });
    return back({ code });
  }

  async #token(form: URLSearchParams): Promise<HttpReply> {
    switch (form.get("grant_type")) {
      case "authorization_code":
        return this.#redeem(form);
      case "refresh_token":
        return this.#refresh(form);
      default:
        return json(400, { error: "unsupported_grant_type" });
    }
  }

  async #redeem(form: URLSearchParams): Promise<HttpReply> {
    const given = form.get("code") ?? "";
    const code = this.#codes.get(given);
    this.#codes.delete(given);
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const valid =
      code !== undefined &&
      this.#isFor(form, code) &&
      code.redirectUri === form.get("redirect_uri") &&
      code.challenge === challenge;
    if (!valid) return json(400, { error: "invalid_grant" });
    const { user, client, scope, nonce } = code;
    const refreshToken = randomBytes(24).toString("base64url");
    const expiresAt = this.#options.now() + client.refreshTokenMs;
    this.#refreshTokens.set(refreshToken, { client, user, scope, expiresAt });
    return json(200, { ...(await this.#tokensFor(code, nonce)), refresh_token: refreshToken });
  }

  /** Gives no other refresh token: it is good until it ends (Cognito developer guide, "Refresh tokens"; rotation is off). */
  async #refresh(form: URLSearchParams): Promise<HttpReply> {
    const signedIn = this.#refreshTokens.get(form.get("refresh_token") ?? "");
    if (!signedIn || !this.#isFor(form, signedIn)) return json(400, { error: "invalid_grant" });
    return json(200, await this.#tokensFor(signedIn, undefined));
  }

  #isFor(form: URLSearchParams, { client, expiresAt }: SignedIn): boolean {
    return expiresAt > this.#options.now() && client.id === form.get("client_id");
  }

  async #tokensFor({ user, client, scope }: SignedIn, nonce: string | undefined) {
    const request = { user, clientId: client.id, scope, validForMs: client.accessTokenMs };
    return {
      access_token: await this.#options.signer.accessToken(request),
      id_token: await this.#options.signer.idToken(request, nonce),
      token_type: "Bearer",
      expires_in: client.accessTokenMs / 1000,
    };
  }

  #logout(query: URLSearchParams): HttpReply {
    const client = this.#options.clients.find((each) => each.id === query.get("client_id"));
    const logoutUri = query.get("logout_uri") ?? "";
    if (!client?.logoutUrls.includes(logoutUri))
      return html(400, errorPage(`"${logoutUri}" is none of the client's logout URLs.`));
    return redirect(logoutUri, {}, null);
  }
}

function redirect(to: string, values: Record<string, string>, state: string | null): HttpReply {
  const url = new URL(to);
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  if (state !== null) url.searchParams.set("state", state);
  return { status: 302, headers: { location: url.href, "cache-control": "no-store" }, body: "" };
}

const html = (status: number, body: string): HttpReply => ({ status, headers: pageHeaders, body });
