import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { handshake } from "../../../shared/channels/meta/handshake.ts";
import { verify } from "../../../shared/channels/meta/signature.ts";
import type { WebhookRequest } from "../../../shared/channels/channel.ts";
import { answersTo, mutationsOf, tryMutations } from "../mutations.ts";
import { config } from "../whatsapp/samples.ts";

const secret = {
  appSecret: "today",
  previousAppSecret: "yesterday",
  verifyToken: "now",
  previousVerifyToken: "before",
  accessTokens: {},
};
const signatureOf = (body: string | Uint8Array, key = "today"): string =>
  `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
const request = (body: string, signature: string): WebhookRequest => ({
  method: "POST",
  path: "/webhooks/meta",
  rawQuery: "",
  headers: { "x-hub-signature-256": signature },
  body,
  domainName: "",
});
const isTaken = (body: string, signature: string): boolean => verify(request(body, signature), { secret }).ok;

const mutations = mutationsOf(10_000);

const body = Buffer.from(
  JSON.stringify({ object: "page", entry: [{ id: "1", messaging: [{ message: { text: "Größe 42, 3 €" } }] }] }),
);
const signature = signatureOf(body);

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(body.length - 1),
  flip: fc.integer({ min: 1, max: 255 }),
  cut: fc.nat(3),
  insert: fc.uint8Array({ maxLength: 3 }),
});

interface Mutation {
  at: number;
  flip: number;
  cut: number;
  insert: Uint8Array;
}

/** The bytes with some flipped, cut and put in. */
function mutated({ at, flip, cut, insert }: Mutation): WebhookRequest | undefined {
  const changed = Buffer.concat([body.subarray(0, at), insert, body.subarray(at + cut)]);
  if (at < changed.length) changed[at]! ^= flip;
  return changed.equals(body) ? undefined : request(changed.toString("utf8"), signature);
}

describe("Meta's signature", () => {
  it(`takes none of ${mutations} mutations of the signed bytes`, () => {
    expect(isTaken(body.toString("utf8"), signature)).toBe(true);
    // A few put back what they took away.
    const runs = Math.ceil(mutations * 1.01);
    const { tried, taken } = tryMutations({ how: mutation, mutated }, runs, (asked) => verify(asked, { secret }).ok);
    expect(tried).toBeGreaterThanOrEqual(mutations);
    expect(taken).toBe(0);
  }, 1_800_000);

  it("is asked before anything is done", async () => {
    const known = { config, publicUrls: [], clock: { now: () => 0 }, secret };
    expect(await answersTo({ how: mutation, mutated }, known)).toEqual(new Set([403]));
  });

  /* Meta signs the body alone. */
  it.each<[string, Partial<WebhookRequest>]>([
    ["another query", { rawQuery: "tenant=1" }],
    ["another domain", { domainName: "elsewhere.example" }],
    ["more headers", { headers: { "x-hub-signature-256": signature, "x-hub-signature": "sha1=0", host: "elsewhere" } }],
  ])("takes what is signed alike: %s", (_, change) => {
    expect(verify({ ...request(body.toString("utf8"), signature), ...change }, { secret })).toStrictEqual({ ok: true });
  });

  it("covers the text as it is, whatever its characters", () => {
    for (const body of ["", "ä🙂", "\\u00e4", "\0", "x".repeat(100_000)]) {
      expect(isTaken(body, signatureOf(body))).toBe(true);
      expect(isTaken(body, signatureOf(body, "yesterday"))).toBe(true);
      expect(isTaken(`${body} `, signatureOf(body))).toBe(false);
    }
  });

  it.each([
    ["the older header's form", signatureOf("{}").replace("sha256", "sha1")],
    ["digits in capitals", signatureOf("{}").toUpperCase()],
    ["no prefix", signatureOf("{}").slice("sha256=".length)],
    ["fewer digits", signatureOf("{}").slice(0, -2)],
    ["more digits", `${signatureOf("{}")}00`],
    ["two signatures", `${signatureOf("{}")},${signatureOf("{}")}`],
  ])("takes no other way to write it: %s", (_, signature) => {
    expect(isTaken("{}", signature)).toBe(false);
  });
});

describe("Meta's handshake", () => {
  const ask = (token: string) => {
    const rawQuery = new URLSearchParams({ "hub.mode": "subscribe", "hub.challenge": "7", "hub.verify_token": token });
    return handshake({ ...request("", ""), rawQuery: rawQuery.toString() }, { secret });
  };

  it("takes the verify token of today and the one before", () => {
    expect(["now", "before"].map(ask)).toStrictEqual([
      { ok: true, body: "7" },
      { ok: true, body: "7" },
    ]);
  });

  it.each(["", "no", "now ", "NOW", "now\0"])("refuses %j", (token) => {
    expect(ask(token)).toMatchObject({ ok: false });
  });
});
