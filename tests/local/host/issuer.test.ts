import { createHash } from "node:crypto";
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import { VirtualClock } from "../../../infra/local/clock.ts";
import { Issuer } from "../../../infra/local/issuer/issuer.ts";
import { createSigningKey, TokenSigner } from "../../../infra/local/issuer/tokens.ts";

const issuerName = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool";
const desk = "http://127.0.0.1:4800/desk";
const verifier = "v".repeat(43);
const good = {
  response_type: "code",
  client_id: "client",
  redirect_uri: desk,
  scope: "openid",
  state: "s1",
  nonce: "n1",
  code_challenge: createHash("sha256").update(verifier).digest("base64url"),
  code_challenge_method: "S256",
};

let issuer: Issuer;
let clock: VirtualClock;
beforeEach(async () => {
  clock = new VirtualClock({ frozenAtMs: Date.UTC(2026, 10, 22) });
  const now = (): number => clock.now();
  const signer = await TokenSigner.load({ issuer: issuerName, now, signingKey: await createSigningKey() });
  const client = {
    id: "client",
    userPoolId: "pool",
    callbackUrls: [desk],
    logoutUrls: [desk],
    accessTokenMs: 3_600_000,
    refreshTokenMs: 12 * 3_600_000,
  };
  const users = [
    { username: "agent-en", groups: ["agent"] },
    { username: "admin", groups: ["admin", "operator"] },
  ];
  issuer = new Issuer({ url: "http://127.0.0.1:4800/issuer", clients: [client], users, signer, now });
});

const authorize = (change: Record<string, string | undefined> = {}, username?: string) => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...good, ...change })) if (value !== undefined) query.set(name, value);
  const body = username === undefined ? "" : new URLSearchParams({ username }).toString();
  return issuer.handle({ method: username === undefined ? "GET" : "POST", path: "/oauth2/authorize", query, body });
};

async function codeFor(username: string): Promise<string> {
  const { headers } = await authorize({}, username);
  return new URL(headers["location"]!).searchParams.get("code")!;
}

const redeem = async (form: Record<string, string>): Promise<{ status: number; body: Record<string, string> }> => {
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: "client",
    redirect_uri: desk,
    ...form,
  });
  const answer = await issuer.handle({
    method: "POST",
    path: "/oauth2/token",
    query: new URLSearchParams(),
    body: body.toString(),
  });
  return { status: answer.status, body: JSON.parse(answer.body) as Record<string, string> };
};

test("a button a user; the code comes back with the state and buys a token with Cognito's claims", async () => {
  const page = await authorize();
  expect(page.status).toBe(200);
  expect(page.body.match(/<button/g)).toHaveLength(2);
  const chosen = await authorize({}, "admin");
  const back = new URL(chosen.headers["location"]!);
  expect(chosen.status).toBe(302);
  expect(`${back.origin}${back.pathname}`).toBe(desk);
  expect(back.searchParams.get("state")).toBe("s1");
  const { status, body } = await redeem({ code: back.searchParams.get("code")!, code_verifier: verifier });
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
  const keys = await issuer.handle({
    method: "GET",
    path: "/.well-known/jwks.json",
    query: new URLSearchParams(),
    body: "",
  });
  const keySet = createLocalJWKSet(JSON.parse(keys.body) as JSONWebKeySet);
  const currentDate = new Date(clock.now());
  const { payload } = await jwtVerify(body["access_token"]!, keySet, { issuer: issuerName, currentDate });
  expect(payload).toMatchObject({
    username: "admin",
    "cognito:groups": ["admin", "operator"],
    client_id: "client",
    token_use: "access",
    scope: "openid",
    exp: clock.now() / 1000 + 3600,
  });
  const id = await jwtVerify(body["id_token"]!, keySet, { issuer: issuerName, audience: "client", currentDate });
  expect(id.payload).toMatchObject({ token_use: "id", nonce: "n1", "cognito:username": "admin" });
});

test("the published keys hold nothing private", async () => {
  const { body } = await issuer.handle({
    method: "GET",
    path: "/.well-known/jwks.json",
    query: new URLSearchParams(),
    body: "",
  });
  const [key] = (JSON.parse(body) as JSONWebKeySet).keys;
  expect(Object.keys(key!).toSorted()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
});

test("discovery names the endpoints", async () => {
  const { body } = await issuer.handle({
    method: "GET",
    path: "/.well-known/openid-configuration",
    query: new URLSearchParams(),
    body: "",
  });
  expect(JSON.parse(body)).toMatchObject({
    issuer: issuerName,
    authorization_endpoint: "http://127.0.0.1:4800/issuer/oauth2/authorize",
    jwks_uri: "http://127.0.0.1:4800/issuer/.well-known/jwks.json",
  });
});

describe("a code", () => {
  test("is good once", async () => {
    const code = await codeFor("agent-en");
    expect((await redeem({ code, code_verifier: verifier })).status).toBe(200);
    expect(await redeem({ code, code_verifier: verifier })).toEqual({ status: 400, body: { error: "invalid_grant" } });
  });

  const refused: [string, Record<string, string>][] = [
    ["with another verifier", { code_verifier: "w".repeat(43) }],
    ["for another client", { code_verifier: verifier, client_id: "other" }],
    ["for another address", { code_verifier: verifier, redirect_uri: "http://127.0.0.1:4800/other" }],
    ["that was made up", { code_verifier: verifier, code: "made-up" }],
  ];
  test.each(refused)("%s buys nothing", async (_name, form) => {
    const code = await codeFor("agent-en");
    expect(await redeem({ code, ...form })).toEqual({ status: 400, body: { error: "invalid_grant" } });
  });

  test("is good for five minutes of the virtual clock", async () => {
    const code = await codeFor("agent-en");
    await clock.advance(5 * 60_000);
    expect((await redeem({ code, code_verifier: verifier })).status).toBe(400);
  });
});

test("a refresh token buys tokens of the same user for twelve hours, and nothing at another client", async () => {
  const { body } = await redeem({ code: await codeFor("admin"), code_verifier: verifier });
  const refresh = (change: Record<string, string> = {}) =>
    redeem({ grant_type: "refresh_token", refresh_token: body["refresh_token"]!, ...change });
  await clock.advance(11 * 3_600_000);
  const renewed = await refresh();
  expect(renewed.status).toBe(200);
  expect(renewed.body).not.toHaveProperty("refresh_token");
  expect(decodeJwt(renewed.body["access_token"]!)).toMatchObject({
    username: "admin",
    scope: "openid",
    exp: clock.now() / 1000 + 3600,
  });
  const refused = { status: 400, body: { error: "invalid_grant" } };
  expect(await refresh({ client_id: "other" })).toEqual(refused);
  expect(await refresh({ refresh_token: "made-up" })).toEqual(refused);
  await clock.advance(3_600_000);
  expect(await refresh()).toEqual(refused);
});

describe("what is refused", () => {
  test("an unknown client or address is told to the person, never sent anywhere", async () => {
    for (const change of [{ client_id: "other" }, { redirect_uri: "https://evil.example/" }]) {
      const answer = await authorize(change, "admin");
      expect(answer.status).toBe(400);
      expect(answer.headers).not.toHaveProperty("location");
    }
  });

  test.each([
    [{ response_type: "token" }, "unsupported_response_type"],
    [{ code_challenge: undefined }, "invalid_request"],
    [{ code_challenge_method: "plain" }, "invalid_request"],
  ])("%j goes back as %s", async (change, error) => {
    const { headers } = await authorize(change);
    expect(new URL(headers["location"]!).searchParams.get("error")).toBe(error);
  });

  test("a user that is no button", async () => {
    expect((await authorize({}, "root")).status).toBe(400);
  });

  test("another grant", async () => {
    expect(await redeem({ grant_type: "password" })).toEqual({
      status: 400,
      body: { error: "unsupported_grant_type" },
    });
  });

  test("what a query holds is text on the page", async () => {
    const { body } = await authorize({ client_id: "<script>alert(1)</script>" });
    expect(body).not.toContain("<script>");
    expect(body).toContain("&lt;script&gt;");
  });

  test("a sign-out to elsewhere", async () => {
    const logout = (to: string) =>
      issuer.handle({
        method: "GET",
        path: "/logout",
        query: new URLSearchParams({ client_id: "client", logout_uri: to }),
        body: "",
      });
    expect((await logout(desk)).headers["location"]).toBe(desk);
    expect((await logout("https://evil.example/")).status).toBe(400);
  });
});
