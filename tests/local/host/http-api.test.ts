import { SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { Meter } from "../../../infra/local/gateway/gateway.ts";
import { VirtualClock } from "../../../infra/local/clock.ts";
import { answerOf } from "../../../infra/local/http/answer.ts";
import { commonLogTime, type HttpApiRequest } from "../../../infra/local/http/event.ts";
import { HttpApi } from "../../../infra/local/http/http-api.ts";
import { JwtAuthorizer } from "../../../infra/local/http/jwt-authorizer.ts";
import { RouteTable } from "../../../infra/local/http/routes.ts";
import { createSigningKey, TokenSigner } from "../../../infra/local/issuer/tokens.ts";
import type { InvocationResult } from "../../../infra/local/lambda/protocol.ts";
import type { IntegrationDefinition, RouteDefinition } from "../../../infra/local/template/blueprint.ts";

const integration: IntegrationDefinition = { id: "i", apiId: "api", functionArn: "fn", payloadFormatVersion: "2.0" };
const routeOf = (routeKey: string, extra: Partial<RouteDefinition> = {}): RouteDefinition => ({
  apiId: "api",
  routeKey,
  integrationId: "i",
  scopes: [],
  ...extra,
});

describe("routes", () => {
  const keys = [
    "GET /desk",
    "GET /desk/{proxy+}",
    "ANY /v1/{proxy+}",
    "POST /v1/{id}/close",
    "GET /v1/{id}",
    "ANY /v1/{id}",
    "GET /v1/own",
  ];
  const table = new RouteTable(keys.map((key) => ({ key, definition: routeOf(key), integration })));
  const cases: [string, string, string | undefined, Record<string, string>?][] = [
    ["GET", "/desk", "GET /desk", {}],
    ["GET", "/desk/", undefined],
    ["POST", "/desk", undefined],
    ["GET", "/desk/a/b.js", "GET /desk/{proxy+}", { proxy: "a/b.js" }],
    ["GET", "/v1/own", "GET /v1/own", {}],
    ["GET", "/v1/x%20y", "GET /v1/{id}", { id: "x y" }],
    ["PUT", "/v1/x", "ANY /v1/{id}", { id: "x" }],
    ["POST", "/v1/x/close", "POST /v1/{id}/close", { id: "x" }],
    ["GET", "/v1/x/close", "ANY /v1/{proxy+}", { proxy: "x/close" }],
    ["GET", "/v1/%E0%A4%A", "GET /v1/{id}", { id: "%E0%A4%A" }],
    ["GET", "/", undefined],
  ];
  test.each(cases)("%s %s → %s", (method, path, key, parameters) => {
    const match = table.match(method, path);
    expect(match?.route.key).toBe(key);
    expect(match?.pathParameters).toEqual(parameters);
  });

  test("$default takes what no other takes", () => {
    const withDefault = new RouteTable(
      ["GET /a", "$default"].map((key) => ({ key, definition: routeOf(key), integration })),
    );
    expect(withDefault.match("GET", "/a")!.route.key).toBe("GET /a");
    expect(withDefault.match("PUT", "/b")!.route.key).toBe("$default");
  });
});

const requestOf = (request: Partial<HttpApiRequest> = {}): HttpApiRequest => ({
  method: "POST",
  path: "/hook",
  rawQuery: "",
  headers: { host: "127.0.0.1:4800" },
  body: Buffer.alloc(0),
  sourceIp: "127.0.0.1",
  ...request,
});

interface Event {
  headers: Record<string, string>;
  body?: string;
  isBase64Encoded: boolean;
  [field: string]: unknown;
}

function sample(
  answer: (event: Event) => Promise<InvocationResult> | InvocationResult = () => ({ ok: true, payload: "null" }),
  route: Partial<RouteDefinition> = {},
  authorizers = new Map<string, JwtAuthorizer>(),
  timeoutMs?: number,
) {
  const events: Event[] = [];
  const clock = new VirtualClock({ frozenAtMs: Date.UTC(2026, 10, 22, 3, 4, 5) });
  const target = {
    definition: { name: "fn" },
    maxConcurrency: 1,
    async invoke(event: unknown) {
      events.push(event as Event);
      return answer(event as Event);
    },
  };
  const api = new HttpApi({
    apiId: "abc123",
    stage: "$default",
    accountId: "000000000000",
    domainName: "abc123.execute-api.us-east-1.amazonaws.com",
    routes: [{ definition: routeOf("POST /hook", route), integration: { ...integration, timeoutMs } }],
    authorizers,
    functions: new Map([["fn", target]]),
    meter: new Meter(clock),
    now: () => clock.now(),
  });
  return { api, events };
}

describe("the event", () => {
  test("has the form of payload 2.0", async () => {
    const { api, events } = sample();
    const headers = { host: "127.0.0.1:4800", cookie: "a=1; b=2", "x-list": ["1", "2"], "user-agent": "test" };
    await api.handle(requestOf({ rawQuery: "a=1&a=2&b=%C3%BC&c", headers: headers as never }));
    expect(events[0]).toMatchObject({
      version: "2.0",
      routeKey: "POST /hook",
      rawPath: "/hook",
      rawQueryString: "a=1&a=2&b=%C3%BC&c",
      cookies: ["a=1", "b=2"],
      queryStringParameters: { a: "1,2", b: "ü", c: "" },
      requestContext: {
        accountId: "000000000000",
        apiId: "abc123",
        domainName: "abc123.execute-api.us-east-1.amazonaws.com",
        domainPrefix: "abc123",
        http: { method: "POST", path: "/hook", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
        routeKey: "POST /hook",
        stage: "$default",
        time: "22/Nov/2026:03:04:05 +0000",
        timeEpoch: Date.UTC(2026, 10, 22, 3, 4, 5),
      },
      isBase64Encoded: false,
    });
    expect(events[0]!.headers).toMatchObject({ "x-list": "1,2", "x-forwarded-proto": "https" });
    expect(events[0]!.headers).not.toHaveProperty("cookie");
    expect(events[0]).not.toHaveProperty("body");
    expect(events[0]).not.toHaveProperty("pathParameters");
  });

  const bodies: [string | undefined, boolean][] = [
    ["application/json", false],
    ["application/json; charset=utf-8", false],
    ["text/plain", false],
    ["application/xml", false],
    ["application/javascript", false],
    ["application/x-www-form-urlencoded", true],
    ["multipart/form-data; boundary=x", true],
    ["application/octet-stream", true],
    ["application/problem+json", true],
    [undefined, true],
  ];
  test.each(bodies)("a body of %s: Base64 is %s", async (contentType, isBase64Encoded) => {
    const { api, events } = sample();
    await api.handle(requestOf({ headers: { host: "h", "content-type": contentType }, body: Buffer.from("ä=1") }));
    expect(events[0]!.isBase64Encoded).toBe(isBase64Encoded);
    expect(events[0]!.body).toBe(isBase64Encoded ? Buffer.from("ä=1").toString("base64") : "ä=1");
  });

  test("days of one digit keep two", () => {
    expect(commonLogTime(Date.UTC(2026, 0, 2, 0, 0, 0))).toBe("02/Jan/2026:00:00:00 +0000");
  });
});

describe("answers", () => {
  const ok = (value: unknown): InvocationResult => ({ ok: true, payload: JSON.stringify(value) });
  const cases: [string, InvocationResult, object][] = [
    [
      "a response",
      ok({ statusCode: 202, headers: { "X-Own": 1 }, cookies: ["a=1"], body: "b" }),
      {
        status: 202,
        headers: { "x-own": "1", "content-type": "text/plain;charset=UTF-8" },
        cookies: ["a=1"],
        body: "b",
      },
    ],
    ["a Base64 body", ok({ statusCode: 200, body: "aGk=", isBase64Encoded: true }), { body: Buffer.from("hi") }],
    [
      "JSON without a status",
      ok({ a: 1 }),
      { status: 200, body: '{"a":1}', headers: { "content-type": "application/json" } },
    ],
    ["a text", ok("hi"), { status: 200, body: "hi" }],
    ["no body", ok({ statusCode: 204 }), { status: 204, body: "" }],
    ["a status that is none", ok({ statusCode: "x" }), { status: 500, body: '{"message":"Internal Server Error"}' }],
    [
      "an error of the function",
      { ok: false, error: { errorType: "E", errorMessage: "secret", trace: [] } },
      { status: 500, body: '{"message":"Internal Server Error"}' },
    ],
    [
      "an event that is too large for the function",
      { ok: false, error: { errorType: "RequestTooLargeException", errorMessage: "secret", trace: [] } },
      { status: 413, body: '{"message":"Request Entity Too Large"}' },
    ],
  ];
  test.each(cases)("%s", (_name, result, expected) => {
    expect(answerOf(result)).toMatchObject(expected);
  });

  test("no route: 404", async () => {
    const { api, events } = sample();
    expect(await api.handle(requestOf({ path: "/other" }))).toMatchObject({
      status: 404,
      body: '{"message":"Not Found"}',
    });
    expect(events).toEqual([]);
  });

  test("over ten megabytes: 413", async () => {
    const { api } = sample();
    const answer = await api.handle(requestOf({ body: Buffer.alloc(10 * 1024 * 1024 + 1) }));
    expect(answer).toMatchObject({ status: 413, body: '{"message":"Request Entity Too Large"}' });
  });

  test("a function that takes longer than the integration may: 503", async () => {
    const { api } = sample(() => new Promise(() => {}), {}, new Map(), 50);
    expect(await api.handle(requestOf())).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
  });
});

describe("the JWT authorizer", () => {
  const issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool";
  const clock = new VirtualClock({ frozenAtMs: Date.UTC(2026, 10, 22) });
  const user = { username: "agent-en", groups: ["agent", "night"] };
  let signer: TokenSigner;
  beforeAll(async () => {
    signer = await TokenSigner.load({ issuer, now: () => clock.now(), signingKey: await createSigningKey() });
  });
  const call = async (token: string | undefined, scopes: string[] = [], at = () => clock.now()) => {
    const definition = {
      id: "a",
      apiId: "api",
      issuer,
      audience: ["client"],
      identitySource: ["$request.header.Authorization"],
    };
    const authorizer = new JwtAuthorizer({ definition, keys: signer.keys, now: at });
    const { api, events } = sample(undefined, { authorizerId: "a", scopes }, new Map([["a", authorizer]]));
    const headers = { host: "h", ...(token !== undefined && { authorization: token }) };
    return { answer: await api.handle(requestOf({ headers })), events };
  };
  const token = (change: { clientId?: string; validForMs?: number } = {}) =>
    signer.accessToken({ user, clientId: "client", scope: "openid profile", validForMs: 60_000, ...change });

  test.each(["Bearer ", "bearer ", ""])("a good token after %j is taken; its claims are text", async (prefix) => {
    const { answer, events } = await call(prefix + (await token()));
    expect(answer.status).toBe(200);
    const { authorizer } = events[0]!["requestContext"] as { authorizer: { jwt: { claims: object; scopes: unknown } } };
    expect(authorizer.jwt.scopes).toBeNull();
    expect(authorizer.jwt.claims).toMatchObject({
      iss: issuer,
      client_id: "client",
      username: "agent-en",
      token_use: "access",
      "cognito:groups": "[agent night]",
      exp: String(Date.UTC(2026, 10, 22) / 1000 + 60),
    });
  });

  test("no token: 401 with a bare challenge", async () => {
    const { answer, events } = await call(undefined);
    expect(answer).toMatchObject({
      status: 401,
      body: '{"message":"Unauthorized"}',
      headers: { "www-authenticate": "Bearer" },
    });
    expect(events).toEqual([]);
  });

  /** Why a token was refused, as the challenge says; undefined where it was taken. */
  const refusal = async (given: string, at?: () => number): Promise<string | undefined> => {
    const { answer } = await call(`Bearer ${given}`, [], at);
    if (answer.status !== 401 || answer.body !== '{"message":"Unauthorized"}') return undefined;
    const challenge = answer.headers["www-authenticate"] ?? "";
    return /^Bearer scope="" error="invalid_token" error_description="(.+)"$/.exec(challenge)?.[1];
  };
  const malformed = "signature is invalid or the token is malformed";
  const otherSigner = async (name: string): Promise<TokenSigner> =>
    TokenSigner.load({ issuer: name, now: () => clock.now(), signingKey: await createSigningKey() });
  const claims = { user, clientId: "client", scope: "", validForMs: 60_000 };

  test("an expired token is refused, by the virtual clock", async () => {
    expect(await refusal(await token(), () => clock.now() + 61_000)).toBe("the token has expired");
  });

  test("a token for another client is refused", async () => {
    expect(await refusal(await token({ clientId: "other" }))).toBe("the token does not have a valid audience");
  });

  test("a token of our key in another issuer's name is refused", async () => {
    const own = await createSigningKey();
    const [ours, theirs] = await Promise.all(
      [issuer, "https://other"].map((name) =>
        TokenSigner.load({ issuer: name, now: () => clock.now(), signingKey: own }),
      ),
    );
    signer = ours!;
    expect(await refusal(await theirs!.accessToken(claims))).toBe("the token has an invalid issuer");
  });

  test("a token signed by another key is refused", async () => {
    expect(await refusal(await (await otherSigner(issuer)).accessToken(claims))).toBe(malformed);
  });

  test("our public key used as an HMAC secret is refused", async () => {
    const secret = new TextEncoder().encode(JSON.stringify(signer.keySet.keys[0]));
    const given = await new SignJWT({ client_id: "client" })
      .setProtectedHeader({ alg: "HS256", kid: signer.keySet.keys[0]!.kid! })
      .setIssuer(issuer)
      .setExpirationTime(clock.now() / 1000 + 3600)
      .sign(secret);
    expect(await refusal(given)).toBe(malformed);
  });

  test("what is no token is refused", async () => {
    expect(await refusal("abc")).toBe(malformed);
  });

  test("a route's scopes: one of them is enough, none is 403", async () => {
    const given = `Bearer ${await token()}`;
    const allowed = await call(given, ["profile", "admin"]);
    expect(allowed.answer.status).toBe(200);
    const { authorizer } = allowed.events[0]!["requestContext"] as { authorizer: { jwt: { scopes: unknown } } };
    expect(authorizer.jwt.scopes).toEqual(["profile"]);
    expect((await call(given, ["admin"])).answer).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
  });
});
