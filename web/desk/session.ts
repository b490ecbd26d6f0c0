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

/** A signed-in user. The token lives in this object alone: a reload signs in again. */
export interface Session {
  token: string;
  userId: string;
  groups: string[];
  /** where the issuer forgets who was signed in, and comes back to the desk */
  signOutUrl: string;
}

const verifierKey = "switchyard.verifier";
const stateKey = "switchyard.state";

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
  history.replaceState(null, "", "/desk");
  return redeem(settings, code, verifier);
}

async function leaveForIssuer(settings: Settings): Promise<void> {
  const verifier = fresh();
  const state = fresh();
  sessionStorage.setItem(verifierKey, verifier);
  sessionStorage.setItem(stateKey, state);
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
  const response = await fetch(settings.tokenUrl, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: settings.clientId,
      redirect_uri: redirectUri(),
      code,
      code_verifier: verifier,
    }),
  });
  const answer = (await response.json()) as { access_token?: string; error?: string };
  if (!answer.access_token) throw new SignInRefused(answer.error ?? String(response.status));
  return sessionOf(answer.access_token, settings);
}

function sessionOf(token: string, { clientId, logoutUrl }: Settings): Session {
  const payload = token.split(".")[1] ?? "";
  const claims = JSON.parse(atob(payload.replace(/-/g, "+").replace(/_/g, "/"))) as Record<string, unknown>;
  const groups = claims["cognito:groups"] ?? claims["groups"];
  return {
    token,
    userId: String(claims["username"] ?? claims["sub"]),
    groups: Array.isArray(groups) ? groups.map(String) : [],
    signOutUrl: `${logoutUrl}?${new URLSearchParams({ client_id: clientId, logout_uri: redirectUri() })}`,
  };
}
