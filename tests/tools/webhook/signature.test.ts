import * as fc from "fast-check";
import { Webhook as Receiver } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { createSecret, signatures } from "../../../shared/tools/webhook/signature.ts";

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

  it("is made with secrets of 32 bytes of chance", () => {
    const secret = createSecret({ bytes: (count) => Uint8Array.from({ length: count }, (_, index) => index) });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(Buffer.from(secret.slice(6), "base64")).toHaveLength(32);
  });
});
