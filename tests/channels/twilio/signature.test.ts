import { createHash } from "node:crypto";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { describe, expect, it } from "vitest";
import type { WebhookRequest } from "../../../shared/channels/channel.ts";
import { verify } from "../../../shared/channels/twilio/signature.ts";
import { accountSid, secret, sign, textMessage, tokens, webhook } from "../sms/samples.ts";
import { publicUrl } from "../samples.ts";

const otherSid = "AC00000000000000000000000000000002";
const twoAccounts = {
  accounts: [
    { accountSid, authToken: tokens.current },
    { accountSid: otherSid, authToken: "token-of-the-other" },
  ],
};
const at = (request: WebhookRequest, secretNow: unknown = secret, publicUrls = [publicUrl]) =>
  verify(request, { secret: secretNow, publicUrls, now: 0 }).ok;

describe("verify", () => {
  it("covers the raw query and a path before ours", () => {
    const request = { ...textMessage("hello"), rawQuery: "tenant=a%20b&x=it's" };
    expect(at(sign(request))).toBe(true);
    expect(at({ ...sign(request), rawQuery: "tenant=a%20c&x=it's" })).toBe(false);
    expect(at(sign(request, `${publicUrl}/router`), secret, [`${publicUrl}/router/`])).toBe(true);
  });

  it("knows Twilio's variants of the port", () => {
    const request = textMessage("hello");
    expect(at(sign(request, "https://messages.example.com:443"))).toBe(true);
    expect(at(sign(request, publicUrl), secret, ["https://messages.example.com:8443"])).toBe(true);
  });

  it("lets each account sign for itself alone", () => {
    const ofTheOther = { ...textMessage("hello"), body: textMessage("hello").body.replace(accountSid, otherSid) };
    expect(at(sign(ofTheOther, publicUrl, "token-of-the-other"), twoAccounts)).toBe(true);
    expect(at(sign(ofTheOther, publicUrl, tokens.current), twoAccounts)).toBe(false);
    expect(at(sign(textMessage("hello"), publicUrl, "token-of-the-other"), twoAccounts)).toBe(false);
  });

  it("refuses an account that is not ours, and a request that names two", () => {
    const stranger = webhook({ AccountSid: `AC${"f".repeat(32)}`, Body: "hello" });
    expect(verify(sign(stranger), { secret, publicUrls: [publicUrl], now: 0 })).toStrictEqual({
      ok: false,
      reason: "AccountSid names none of our accounts",
    });
    expect(at(sign(webhook({ AccountSid: [accountSid, otherSid] })), twoAccounts)).toBe(false);
  });

  it("lets no account sign what came to a number that only another one has, or reports about what went out from it", () => {
    const [ours, theirs] = ["+15005550006", "+15005550007"];
    const [one, other] = twoAccounts.accounts;
    const secretNow = {
      accounts: [
        { ...one, numbers: [ours] },
        { ...other, numbers: [theirs] },
      ],
    };
    const signed = (fields: Record<string, string>, path?: string) =>
      sign(
        { ...webhook({ AccountSid: otherSid, ...fields }), ...(path !== undefined && { path }) },
        publicUrl,
        "token-of-the-other",
      );
    const status = "/webhooks/twilio/status/snd_00000000000000000000000000";
    expect(at(signed({ From: ours, To: theirs }), secretNow)).toBe(true);
    expect(at(signed({ From: theirs, To: ours }), secretNow)).toBe(false);
    expect(at(signed({ From: "whatsapp:+4915112345678", To: `whatsapp:${ours}` }), secretNow)).toBe(false);
    expect(at(signed({ From: theirs, To: ours }, status), secretNow)).toBe(true);
    expect(at(signed({ From: ours, To: theirs }, status), secretNow)).toBe(false);
    // It would be about whatever its sender names.
    expect(at(signed({ To: theirs }, status), secretNow)).toBe(false);
    expect(at(signed({ From: "", To: theirs }, status), secretNow)).toBe(false);
    expect(at(signed({ From: "whatsapp:", To: theirs }, status), secretNow)).toBe(false);
    const alone = { accounts: [{ ...other, numbers: [theirs] }] };
    expect(at(signed({ To: ours }, status), alone)).toBe(true);
    // A number that no account lists yet is nobody's to refuse.
    expect(at(signed({ From: ours, To: "+15005550008" }), secretNow)).toBe(true);
  });

  it("refuses a form of more fields than Twilio has, before it looks at any of them", () => {
    const { body, ...request } = textMessage("hello");
    const withFields = (count: number) =>
      `${body}${Array.from({ length: count }, (_, index) => `&f${index}=`).join("")}`;
    const signed = (count: number) => sign({ ...request, body: withFields(count) });
    expect(at(signed(100))).toBe(true);
    // Sorting them for the signature takes a minute where a body has nothing else in it.
    expect(verify(signed(2_000), { secret, publicUrls: [publicUrl], now: 0 })).toStrictEqual({
      ok: false,
      reason: "the form has more than 1000 fields",
    });
  });

  it("takes a form with a parameter twice, in any order", () => {
    const request = sign(
      webhook({ AccountSid: accountSid, "MessagingBinding.Address": ["+15550100004", "+15550100003"] }),
    );
    const turned = webhook({ "MessagingBinding.Address": ["+15550100003", "+15550100004"], AccountSid: accountSid });
    expect(at(request)).toBe(true);
    expect(at({ ...request, body: turned.body })).toBe(true);
  });

  describe("a body that is no form", () => {
    const body = JSON.stringify({ text: "hello" });
    const json = (text: string, signedText = text): WebhookRequest => {
      const rawQuery = `bodySHA256=${createHash("sha256").update(signedText).digest("hex")}`;
      const request = { ...webhook(text), rawQuery, headers: { "content-type": "application/json" } };
      const url = `${publicUrl}${request.path}?${rawQuery}`;
      return {
        ...request,
        headers: { ...request.headers, "x-twilio-signature": getExpectedTwilioSignature(tokens.current, url, {}) },
      };
    };

    it("is signed by its hash in the URL", () => {
      expect(at(json(body))).toBe(true);
      expect(at(json(body.replace("hello", "jello"), body))).toBe(false);
    });

    it("is refused without the hash", () => {
      const request = { ...webhook(body), headers: { "content-type": "application/json" } };
      const url = `${publicUrl}${request.path}`;
      const headers = { ...request.headers, "x-twilio-signature": getExpectedTwilioSignature(tokens.current, url, {}) };
      expect(verify({ ...request, headers }, { secret, publicUrls: [publicUrl], now: 0 })).toStrictEqual({
        ok: false,
        reason: "the body is no form, and its hash is not part of the signed URL",
      });
    });
  });

  it("names the field of a secret that can't be used", () => {
    const broken = { accounts: [{ accountSid: "SK1", authToken: "x" }] };
    expect(() => at(sign(textMessage("hello")), broken)).toThrow(/accounts\.0\.accountSid/);
  });
});
