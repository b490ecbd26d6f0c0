import * as fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { ChannelWebhook, WebhookRequest } from "../../shared/channels/channel.ts";
import { limits } from "../../shared/core/limits.ts";
import { isNone, type WebhookSamples } from "./channel-samples.ts";

const foreignOrigin = "https://elsewhere.example";
const refused = { ok: false, reason: expect.stringMatching(/\S/) };

/** What every channel asks of a request before anything is done with it. */
export function describeVerify(webhook: ChannelWebhook, samples: WebhookSamples): void {
  const { publicUrl, secrets } = samples;
  const verify = verifier(webhook, samples);
  const request = samples.message("hello", 1);
  const signed = samples.sign(request, publicUrl, "current");

  it("takes what the provider signed, at any of our origins", () => {
    expect(verify(signed)).toStrictEqual({ ok: true });
    expect(verify(signed, secrets.current, ["https://first.example", publicUrl])).toStrictEqual({ ok: true });
  });

  it("refuses what is not signed, or signed with nonsense", () => {
    expect(verify(request)).toStrictEqual(refused);
    for (const signature of ["", "nonsense", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
      expect(verify({ ...signed, headers: { ...signed.headers, [samples.signatureHeader]: signature } })).toStrictEqual(
        refused,
      );
  });

  it("refuses any other signature", () => {
    const signature = signed.headers[samples.signatureHeader];
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (other) => {
        fc.pre(other !== signature);
        const headers = { ...signed.headers, [samples.signatureHeader]: other };
        expect(verify({ ...signed, headers })).toStrictEqual(refused);
      }),
      { numRuns: 200 },
    );
  });

  it("looks at the signature alone, and reads nothing before it", () => {
    const nonsense = samples.sign({ ...request, body: '{"never read":' }, publicUrl, "current");
    const read = vi.spyOn(JSON, "parse");
    try {
      expect(verify(nonsense)).toStrictEqual({ ok: true });
      expect(verify({ ...nonsense, headers: signed.headers })).toStrictEqual(
        samples.signed.body ? refused : { ok: true },
      );
      expect(read).not.toHaveBeenCalled();
    } finally {
      read.mockRestore();
    }
  });

  if (samples.signed.url) describeUrl(webhook, samples);
  if (samples.signed.body) describeBody(webhook, samples);
  describeClock(webhook, samples);
  describeHandshake(webhook, samples);

  it("takes the old and the new key while a secret is rotated, and the old one no longer", () => {
    const byPrevious = samples.sign(request, publicUrl, "previous");
    expect(verify(signed, secrets.rotating)).toStrictEqual({ ok: true });
    expect(verify(byPrevious, secrets.rotating)).toStrictEqual({ ok: true });
    expect(verify(byPrevious, secrets.current)).toStrictEqual(refused);
  });

  it("refuses what was signed with somebody else's secret", () => {
    expect(verify(signed, secrets.foreign)).toStrictEqual(refused);
  });

  it("says with an error that the secret can't be used, and does not show it", () => {
    const secret = { accounts: [{ authToken: "hush-hush" }], appSecret: "hush-hush" };
    expect(() => verify(signed, secret)).toThrow(/secret/i);
    expect(() => verify(signed, secret)).not.toThrow(/hush-hush/);
  });
}

const verifier =
  (webhook: ChannelWebhook, { secrets, publicUrl, now = 0 }: WebhookSamples) =>
  (request: WebhookRequest, secret: unknown = secrets.current, publicUrls = [publicUrl], at = now) =>
    webhook.verify(request, { secret, publicUrls, now: at });

function describeUrl(webhook: ChannelWebhook, samples: WebhookSamples): void {
  const verify = verifier(webhook, samples);
  const { publicUrl, secrets } = samples;
  const request = samples.message("hello", 1);
  const signed = samples.sign(request, publicUrl, "current");

  it("refuses what was signed for another URL", () => {
    expect(verify(samples.sign(request, foreignOrigin, "current"))).toStrictEqual(refused);
    expect(verify(signed, secrets.current, [foreignOrigin])).toStrictEqual(refused);
    expect(verify(signed, secrets.current, [])).toStrictEqual(refused);
  });

  it("never asks the request's own headers where it was sent", () => {
    const elsewhere = samples.sign(request, foreignOrigin, "current");
    const host = new URL(foreignOrigin).host;
    const headers = {
      ...elsewhere.headers,
      host,
      "x-forwarded-host": host,
      "x-forwarded-proto": "https",
      forwarded: `host=${host}`,
    };
    expect(verify({ ...elsewhere, headers })).toStrictEqual(refused);
  });
}

function describeBody(webhook: ChannelWebhook, samples: WebhookSamples): void {
  const verify = verifier(webhook, samples);
  const { publicUrl } = samples;
  const signed = samples.sign(samples.message("hello", 1), publicUrl, "current");

  it("refuses every change to the signed bytes", () => {
    const { body } = signed;
    const changed = fc.oneof(
      fc
        .tuple(fc.nat(body.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
        .map(([at, character]) => body.slice(0, at) + character + body.slice(at + 1)),
      fc
        .tuple(fc.nat(body.length), fc.string({ minLength: 1 }))
        .map(([at, text]) => body.slice(0, at) + text + body.slice(at)),
      fc
        .tuple(fc.nat(body.length - 1), fc.integer({ min: 1, max: 20 }))
        .map(([at, count]) => body.slice(0, at) + body.slice(at + count)),
    );
    const content = samples.signedContent(signed, publicUrl);
    fc.assert(
      fc.property(changed, (mutated) => {
        const request = { ...signed, body: mutated };
        fc.pre(samples.signedContent(request, publicUrl) !== content);
        expect(verify(request)).toStrictEqual(refused);
      }),
      { numRuns: 500 },
    );
  });
}

/** What is signed with a time is good for a while before and after it; anything else is good for ever. */
function describeClock(webhook: ChannelWebhook, samples: WebhookSamples): void {
  const verify = verifier(webhook, samples);
  const { now = 0, publicUrl, secrets } = samples;
  const signed = samples.sign(samples.message("hello", 1), publicUrl, "current");
  const isGood = (at: number) => verify(signed, secrets.current, [publicUrl], at).ok;
  const isTimed = samples.now !== undefined;
  const skew = limits.webhookClockSkewMs;

  it("takes what was signed a little while ago or ahead; where a time is signed, nothing older or newer", () => {
    expect([now - skew + 1_000, now, now + skew - 1_000].map(isGood)).toStrictEqual([true, true, true]);
    expect([now - skew - 2_000, now + skew + 2_000].map(isGood)).toStrictEqual([!isTimed, !isTimed]);
  });
}

const nothing = { request: undefined, answer: undefined, foreign: [] };

function describeHandshake(webhook: ChannelWebhook, { handshake, secrets, publicUrl, now = 0 }: WebhookSamples): void {
  it("answers its provider's question whether the webhook is ours, where it asks, and nobody else's", () => {
    const { request, answer, foreign } = isNone(handshake) ? nothing : handshake;
    const answerTo = (asked: WebhookRequest) =>
      webhook.handshake?.(asked, { secret: secrets.current, publicUrls: [publicUrl], now });
    expect(foreign.length > 0).toBe(webhook.handshake !== undefined);
    expect(request && answerTo(request)).toStrictEqual(request && { ok: true, body: answer });
    for (const asked of foreign) expect(answerTo(asked)).toStrictEqual(refused);
  });
}
