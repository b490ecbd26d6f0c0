import { AccessToken, type Grant } from "./access-token.ts";

/** The issuer said no. The message is its own word for why. */
export class SignInRefused extends Error {
  override name = "SignInRefused";
}

/** What the pages function tells a desk before anybody has signed in. */
interface Settings {
  authorizeUrl: string;
  tokenUrl: string;
  logoutUrl: string;
  clientId: string;
}

/** A signed-in user. Their tokens live in this object alone: a reload signs in again. */
export interface Session {
  token: Pick<AccessToken, "value" | "renew">;
  userId: string;
  groups: string[];
  /** where the issuer forgets who was signed in, and comes back to the desk */
  signOutUrl: string;
}

const verifierKey = "switchyard.verifier";
const stateKey = "switchyard.state";
const placeKey = "switchyard.place";

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const fresh = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

const redirectUri = (): string => `${location.origin}/desk`;

/**
 * Signs in by the authorization code flow with PKCE (RFC 7636, S256). Leaves the page for the issuer's when there is
 * no code to redeem yet.
 *
 * @returns undefined when the browser is on its way to the issuer
 * @throws SignInRefused when the issuer refuses
 */
export async function signIn(): Promise<Session | undefined> {
  const settings = (await (await fetch("/desk/settings.json")).json()) as Settings;
  const query = new URLSearchParams(location.search);
  const refusal = query.get("error_description") ?? query.get("error");
  if (refusal) throw new SignInRefused(refusal);
  const code = query.get("code");
  const verifier = sessionStorage.getItem(verifierKey);
  if (!code || !verifier || query.get("state") !== sessionStorage.getItem(stateKey)) {
    await leaveForIssuer(settings);
    return undefined;
  }
  sessionStorage.removeItem(verifierKey);
  sessionStorage.removeItem(stateKey);
  history.replaceState(null, "", `/desk${sessionStorage.getItem(placeKey) ?? ""}`);
  sessionStorage.removeItem(placeKey);
  return redeem(settings, code, verifier);
}

async function leaveForIssuer(settings: Settings): Promise<void> {
  const verifier = fresh();
  const state = fresh();
  sessionStorage.setItem(verifierKey, verifier);
  sessionStorage.setItem(stateKey, state);
  sessionStorage.setItem(placeKey, location.hash);
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const parameters = new URLSearchParams({
    response_type: "code",
    client_id: settings.clientId,
    redirect_uri: redirectUri(),
    scope: "openid",
    state,
    code_challenge: base64url(new Uint8Array(hash)),
    code_challenge_method: "S256",
  });
  location.assign(`${settings.authorizeUrl}?${parameters}`);
}

async function redeem(settings: Settings, code: string, verifier: string): Promise<Session> {
  const answer = await grantOf(settings, {
    grant_type: "authorization_code",
    redirect_uri: redirectUri(),
    code,
    code_verifier: verifier,
  });
  if ("error" in answer) throw new SignInRefused(answer.error);
  const token = new AccessToken(answer, async (refreshToken) => {
    const next = await grantOf(settings, { grant_type: "refresh_token", refresh_token: refreshToken });
    return "error" in next ? undefined : next;
  });
  return sessionOf(token, settings);
}

async function grantOf({ tokenUrl, clientId }: Settings, form: Record<string, string>) {
  const response = await fetch(tokenUrl, {
    method: "POST",
    body: new URLSearchParams({ client_id: clientId, ...form }),
  });
  const answer = (await response.json()) as Partial<Grant> & { error?: string };
  const { access_token } = answer;
  return access_token ? { ...answer, access_token } : { error: answer.error ?? String(response.status) };
}

function sessionOf(token: AccessToken, { clientId, logoutUrl }: Settings): Session {
  const payload = token.value.split(".")[1] ?? "";
  const claims = JSON.parse(atob(payload.replace(/-/g, "+").replace(/_/g, "/"))) as Record<string, unknown>;
  const groups = claims["cognito:groups"] ?? claims["groups"];
  return {
    token,
    userId: String(claims["username"] ?? claims["sub"]),
    groups: Array.isArray(groups) ? groups.map(String) : [],
    signOutUrl: `${logoutUrl}?${new URLSearchParams({ client_id: clientId, logout_uri: redirectUri() })}`,
  };
}
