import { createHash, randomBytes } from "node:crypto";

interface DeskSettings {
  authorizeUrl: string;
  tokenUrl: string;
  clientId: string;
}

/**
 * What the desk does in a browser: from its settings to the issuer's page, back with a code, then a token for an hour.
 *
 * @throws when the page offers no such user, or the issuer refuses
 */
export async function signIn(baseUrl: string, username: string): Promise<string> {
  const settings = (await (await fetch(`${baseUrl}/desk/settings.json`)).json()) as DeskSettings;
  const verifier = randomBytes(32).toString("base64url");
  const redirectUri = `${baseUrl}/desk`;
  const authorizeUrl = `${settings.authorizeUrl}?${new URLSearchParams({
    response_type: "code",
    client_id: settings.clientId,
    redirect_uri: redirectUri,
    scope: "openid",
    state: "s",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  })}`;
  const page = await (await fetch(authorizeUrl)).text();
  if (!page.includes(`value="${username}"`)) throw new Error(`The issuer's page has no button for ${username}`);
  const choice = { method: "POST", body: new URLSearchParams({ username }), redirect: "manual" } as const;
  const chosen = await fetch(authorizeUrl, choice);
  const code = new URL(chosen.headers.get("location")!).searchParams.get("code")!;
  const grant = {
    grant_type: "authorization_code",
    client_id: settings.clientId,
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
  };
  const answer = await fetch(settings.tokenUrl, { method: "POST", body: new URLSearchParams(grant) });
  if (!answer.ok) throw new Error(`The issuer gave no token: ${await answer.text()}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}
