import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { handshake } from "../../../shared/channels/meta/handshake.ts";
import { verify } from "../../../shared/channels/meta/signature.ts";
import type { WebhookRequest } from "../../../shared/channels/channel.ts";

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

/** Of a run of the whole list; a sample of it in `npm test`. */
const mutations = process.env["SWITCHYARD_FULL"] === "1" ? 1_000_000 : 10_000;

describe("Meta's signature", () => {
  it(`takes none of ${mutations} mutations of the signed bytes`, () => {
    const body = Buffer.from(
      JSON.stringify({ object: "page", entry: [{ id: "1", messaging: [{ message: { text: "Größe 42, 3 €" } }] }] }),
    );
    const signature = signatureOf(body);
    expect(isTaken(body.toString("utf8"), signature)).toBe(true);
    let tried = 0;
    let taken = 0;
    const mutation = fc.record({
      at: fc.nat(body.length - 1),
      flip: fc.integer({ min: 1, max: 255 }),
      cut: fc.nat(3),
      insert: fc.uint8Array({ maxLength: 3 }),
    });
    fc.assert(
      fc.property(mutation, ({ at, flip, cut, insert }) => {
        const mutated = Buffer.concat([body.subarray(0, at), insert, body.subarray(at + cut)]);
        if (at < mutated.length) mutated[at]! ^= flip;
        if (mutated.equals(body)) return;
        tried += 1;
        if (isTaken(mutated.toString("utf8"), signature)) taken += 1;
      }),
      { numRuns: mutations },
    );
    expect(tried).toBeGreaterThan(mutations * 0.99);
    expect(taken).toBe(0);
  }, 600_000);

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
