import * as fc from "fast-check";
import { Webhook as Receiver } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { isSigned, signatures } from "../../shared/core/standard-webhooks.ts";
import { createSecret } from "../../shared/tools/webhook/secret.ts";

/** Computed with `openssl dgst -sha256 -mac HMAC`, from keys of our own. */
const vectors = [
  {
    name: "a secret of 32 bytes",
    secret: `whsec_${Buffer.from("an own key of exactly 32 bytes..").toString("base64")}`,
    content: { id: "evt_1", timestamp: 1_793_610_000, body: '{"type":"message.received"}' },
    signature: "v1,BaKVuOyDcMYwovKV+FAgwzm9soa6Yur0rqVR3iZ67hg=",
  },
  {
    name: "a body of more than ASCII",
    secret: `whsec_${Buffer.from("a key of 24 bytes, so so").toString("base64")}`,
    content: { id: "evt_2", timestamp: 0, body: '{"text":"Grüße, 您好 😀"}' },
    signature: "v1,axnRd0FK6hRm9V8YJEvFjmGrRv/kawOkksQVEwRSzoY=",
  },
];

describe("the signature of an event", () => {
  it.each(vectors)("is right for $name", ({ secret, content, signature }) => {
    expect(signatures([secret], content)).toBe(signature);
  });

  it("is what a receiver computes by the library of Standard Webhooks", () => {
    const secret = fc
      .uint8Array({ minLength: 24, maxLength: 64 })
      .map((key) => `whsec_${Buffer.from(key).toString("base64")}`);
    const content = fc.record({ id: fc.string(), timestamp: fc.nat(), body: fc.string({ unit: "binary" }) });
    fc.assert(
      fc.property(secret, content, (key, { id, timestamp, body }) => {
        const expected = new Receiver(key).sign(id, new Date(timestamp * 1000), body);
        expect(signatures([key], { id, timestamp, body })).toBe(expected);
        expect(isSigned(expected, [key], { id, timestamp, body })).toBe(true);
      }),
    );
  });

  it("is there once for each secret, the newest first", () => {
    const [one, other] = vectors.map(({ secret }) => secret) as [string, string];
    const { content } = vectors[0]!;
    const both = signatures([one, other], content).split(" ");
    expect(both).toEqual([signatures([one], content), signatures([other], content)]);
    expect(new Set(both).size).toBe(2);
  });

  it("is taken where one of several is right, by any of our secrets", () => {
    const [{ secret, content, signature }, { secret: other }] = vectors as [(typeof vectors)[0], (typeof vectors)[0]];
    expect(isSigned(signature, [other, secret], content)).toBe(true);
    expect(isSigned(`v1a,AAAA v1,AAAA ${signature}`, [secret], content)).toBe(true);
    expect(isSigned(signatures([other], content), [secret], content)).toBe(false);
    for (const header of ["", "v1,", "v1", signature.replace("v1,", "v2,"), signature.slice(0, -1), `${signature}=`])
      expect(isSigned(header, [secret], content)).toBe(false);
    for (const change of [{ id: "evt_3" }, { timestamp: 1 }, { body: "{}" }])
      expect(isSigned(signature, [secret], { ...content, ...change })).toBe(false);
  });

  it("is made with secrets of 32 bytes of chance", () => {
    const secret = createSecret({ bytes: (count) => Uint8Array.from({ length: count }, (_, index) => index) });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(Buffer.from(secret.slice(6), "base64")).toHaveLength(32);
  });
});
