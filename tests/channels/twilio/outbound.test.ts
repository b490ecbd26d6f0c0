import { describe, expect, it } from "vitest";
import type { OutboundFile, SendRequest } from "../../../shared/channels/channel.ts";
import { retryAfterMs } from "../../../shared/channels/hand-over.ts";
import { sms } from "../../../shared/channels/sms/index.ts";
import { whatsappTwilio } from "../../../shared/channels/whatsapp-twilio/index.ts";
import { limits } from "../../../shared/core/limits.ts";
import type { SendError } from "../../../shared/core/message.ts";
import { FakeHttp, portsWith } from "../../contracts/channel.ts";
import { accountSid, customer, listed, ourNumber, sendRequest, tokens } from "../sms/samples.ts";
import { whatsAppRequest } from "../whatsapp-twilio/samples.ts";
import { answer } from "../samples.ts";

const send = (request: SendRequest, http: FakeHttp, channel = sms) =>
  channel.send(request, portsWith({ http, clock: http.clock }));
const taken = () => answer(201, listed());

describe("send", () => {
  it("calls the message API as Twilio documents it", async () => {
    const http = new FakeHttp(taken);
    await send(sendRequest, http);
    const [call] = http.calls;
    expect(call).toMatchObject({
      method: "POST",
      url: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages.json`,
      headers: {
        authorization: `Basic ${Buffer.from(`${accountSid}:${tokens.current}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      timeoutMs: 5_000,
    });
    expect(Object.fromEntries(new URLSearchParams(call!.body))).toStrictEqual({
      To: customer,
      From: ourNumber,
      Body: sendRequest.text,
      StatusCallback: sendRequest.statusUrl,
      ValidityPeriod: "14400",
    });
  });

  it("lets Twilio keep a message waiting for less than the links to its files are good", async () => {
    const http = new FakeHttp(taken);
    const template = { id: "parcel", name: `HX${"1".repeat(32)}`, language: "en", parameters: [] };
    await send({ ...whatsAppRequest, template }, http, whatsappTwilio);
    const seconds = Number(new URLSearchParams(http.calls[0]!.body).get("ValidityPeriod"));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds * 1000).toBeLessThan(limits.outboundFileLinkMs);
  });

  it("asks for no status where there is no URL for it", async () => {
    const http = new FakeHttp(taken);
    await send({ ...sendRequest, statusUrl: null }, http);
    expect(new URLSearchParams(http.calls[0]!.body).has("StatusCallback")).toBe(false);
  });

  it("uses the account that lists the number", async () => {
    const http = new FakeHttp(taken);
    const other = { accountSid: "AC00000000000000000000000000000002", authToken: "other", numbers: ["+15550100077"] };
    const secret = { accounts: [other, { accountSid, authToken: tokens.current, numbers: [ourNumber] }] };
    await send({ ...sendRequest, secret, inbox: { ...sendRequest.inbox, address: "+15550100077" } }, http);
    expect(http.calls[0]!.url).toContain(other.accountSid);
  });

  it("uses the only account where it lists no numbers", async () => {
    const http = new FakeHttp(taken);
    const result = await send({ ...sendRequest, secret: { accounts: [{ accountSid, authToken: "t" }] } }, http);
    expect(result.outcome).toBe("sent");
  });

  it("sends nothing from a number that no account lists, and says what to do", async () => {
    const http = new FakeHttp(taken);
    const result = await send({ ...sendRequest, inbox: { ...sendRequest.inbox, address: "+15550100099" } }, http);
    expect(result).toMatchObject({
      outcome: "notSent",
      error: { code: "no-account", message: expect.stringContaining("+15550100099") },
    });
    expect(http.calls).toHaveLength(0);
  });

  it.each([
    [400, 21211, "invalid-address"],
    [400, 21408, "region-not-allowed"],
    [400, 21614, "invalid-address"],
    [400, 21606, "unusable-sender"],
    [400, 21617, "too-long"],
    [400, 21601, "unusable-sender"],
    [400, 21608, "trial-account"],
    [400, 63015, "trial-account"],
    [400, 63009, "not-delivered"],
    [404, 20404, "refused"],
  ])("refuses for good on %i %i: %s", async (status, code, ours) => {
    const result = await send(
      sendRequest,
      new FakeHttp(() => answer(status, { code, message: "", more_info: "", status })),
    );
    expect(result).toMatchObject({ outcome: "refused", error: { code: ours, providerCode: String(code) } });
  });

  it.each([
    [401, 20003, "credentials"],
    [401, 70051, "refused"],
    [403, 20003, "credentials"],
    [400, 20003, "credentials"],
    [500, 20003, "credentials"],
    [403, 20005, "account-suspended"],
    [403, 20403, "account-suspended"],
    [400, 30002, "account-suspended"],
  ])("waits for a person where the account may not send: %i %i", async (status, code, ours) => {
    const result = await send(sendRequest, new FakeHttp(() => answer(status, { code, status })));
    expect(result).toMatchObject({
      outcome: "notSent",
      error: { code: ours, providerCode: String(code) },
      retryAfterMs: retryAfterMs.secret,
    });
  });

  it.each([
    [429, 20429, "throttled", 1_000],
    [400, 63017, "throttled", 1_000],
    [400, 14107, "too-many-at-once", 30_000],
    [400, 21611, "queue-full", 60_000],
    [429, 21611, "queue-full", 60_000],
    [400, 30001, "queue-full", 60_000],
    [429, 63018, "rate-limited", 60_000],
  ])("tries again by itself what Twilio can't take now: %i %i", async (status, code, ours, pauseMs) => {
    const result = await send(sendRequest, new FakeHttp(() => answer(status, { code, status })));
    expect(result).toMatchObject({ outcome: "notSent", error: { code: ours }, retryAfterMs: pauseMs });
  });

  it("believes in no limit where the status leaves open whether the message was taken", async () => {
    const result = await send(sendRequest, new FakeHttp(() => answer(503, { code: 21611 })));
    expect(result).toMatchObject({ outcome: "unknown" });
  });

  it("leaves Twilio alone for as long as it asks, whatever the code", async () => {
    const full = answer(400, { code: 21611 }, { "retry-after": "90" });
    expect(await send(sendRequest, new FakeHttp(() => full))).toMatchObject({ retryAfterMs: 90_000 });
  });

  it("leaves it to a person when the account has sent all that it may in a day", async () => {
    const result = await send(sendRequest, new FakeHttp(() => answer(429, { code: 63038 })));
    expect(result).toMatchObject({ outcome: "notSent", error: { code: "daily-limit" } });
    expect((result as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(limits.maxSendPauseMs);
  });

  it("understands a throttle whose body and header say nothing", async () => {
    const result = await send(sendRequest, new FakeHttp(() => answer(429, "", { "retry-after": "soon" })));
    expect(result).toMatchObject({ outcome: "notSent", error: { code: "throttled" }, retryAfterMs: 1_000 });
  });

  it("never puts the text into an error", async () => {
    const result = await send(
      sendRequest,
      new FakeHttp(() => answer(400, { code: 99999, message: sendRequest.text, status: 400 })),
    );
    expect(JSON.stringify(result)).not.toContain(sendRequest.text);
  });

  describe("with files", () => {
    const file = (name: string): OutboundFile => ({
      url: `https://messages.example.com/files/${name}`,
      contentType: "image/png",
      bytes: 10,
      name,
      read: async () => undefined,
    });

    it("names each by its link, with a text or without", async () => {
      const http = new FakeHttp(taken);
      await send({ ...sendRequest, media: [file("a"), file("b")] }, http);
      await send({ ...sendRequest, text: "", media: [file("c")] }, http);
      const forms = http.calls.map(({ body }) => new URLSearchParams(body));
      expect(forms.map((form) => form.getAll("MediaUrl"))).toStrictEqual([
        ["https://messages.example.com/files/a", "https://messages.example.com/files/b"],
        ["https://messages.example.com/files/c"],
      ]);
      expect(forms.map((form) => form.get("Body"))).toStrictEqual([sendRequest.text, null]);
    });
  });

  describe("on WhatsApp", () => {
    it("writes both addresses with their prefix, a user id too", async () => {
      const http = new FakeHttp(taken);
      await send(whatsAppRequest, http, whatsappTwilio);
      await send({ ...whatsAppRequest, to: "DE.1349120865530274" }, http, whatsappTwilio);
      const pairs = http.calls
        .map(({ body }) => new URLSearchParams(body))
        .map((form) => [form.get("From"), form.get("To")]);
      expect(pairs).toStrictEqual([
        ["whatsapp:+15550100005", `whatsapp:${customer}`],
        ["whatsapp:+15550100005", "whatsapp:DE.1349120865530274"],
      ]);
    });

    it("names a template by its id, with what stands in its gaps, and sends no text of ours beside it", async () => {
      const http = new FakeHttp(taken);
      const template = {
        id: "parcel",
        name: `HX${"1".repeat(32)}`,
        language: "en",
        parameters: ["42", 'a "quoted" day'],
      };
      await send({ ...whatsAppRequest, template }, http, whatsappTwilio);
      const form = Object.fromEntries(new URLSearchParams(http.calls[0]!.body));
      expect(form).toMatchObject({
        ContentSid: template.name,
        ContentVariables: '{"1":"42","2":"a \\"quoted\\" day"}',
      });
      expect(form).not.toHaveProperty("Body");
    });
  });

  it.each([
    [21610, "opted-out", "opted-out"],
    [21211, "invalid-address", "unreachable"],
    [21635, "landline", "unreachable"],
    [63003, "invalid-address", "unreachable"],
    [30003, "unreachable", undefined],
    [30005, "unknown-number", undefined],
    [63016, "window-closed", undefined],
    [30036, "expired", undefined],
    [30023, "carrier-limited", undefined],
    [63020, "unusable-sender", undefined],
  ])("says of %i what follows for the address: %s, %s", async (code, ours, consequence) => {
    const result = await send(sendRequest, new FakeHttp(() => answer(400, { code, status: 400 })));
    expect(result).toMatchObject({ outcome: "refused", error: { code: ours } });
    expect((result as { error: SendError }).error.consequence).toBe(consequence);
  });
});
