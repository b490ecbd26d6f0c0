import { describe, expect, it } from "vitest";
import { media } from "../../../shared/channels/whatsapp/media.ts";
import { HttpNotSent, HttpOutcomeUnknown } from "../../../shared/ports/http.ts";
import { MediaNotYet, MediaRefused } from "../../../shared/ports/media.ts";
import { FakeHttp, portsWith } from "../../contracts/channel.ts";
import { graphError } from "../meta/samples.ts";
import { answer } from "../samples.ts";
import { accessToken, inbox, phoneNumberId, secret } from "./samples.ts";

const url = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=7001&ext=1&hash=x";
const file = { contentType: "image/jpeg", providerId: "7001" };
const locate = (http: FakeHttp, change: Partial<typeof file> = {}, address = phoneNumberId) =>
  media.locate({ ...file, ...change }, { inbox: { ...inbox, address }, secret }, portsWith({ http }));

describe("a customer's file", () => {
  it("is asked for by its id, and fetched with the token that asked", async () => {
    const http = new FakeHttp(() => answer(200, { url, mime_type: "image/jpeg" }));
    expect(await locate(http)).toStrictEqual({ url, headers: { authorization: `Bearer ${accessToken}` } });
    expect(http.calls).toMatchObject([
      { method: "GET", url: `https://graph.facebook.com/v23.0/7001?phone_number_id=${phoneNumberId}` },
    ]);
  });

  it("lies on one host of Meta's alone, which alone sees the token", () => {
    expect(media).toMatchObject({ hosts: ["lookaside.fbsbx.com"], credentialHosts: ["lookaside.fbsbx.com"] });
  });

  it("leads to no other object of the Graph API, whatever its id says", async () => {
    const http = new FakeHttp(() => answer(200, { url }));
    await locate(http, { providerId: "../me/accounts?x=" });
    expect(new URL(http.calls[0]!.url).pathname).toBe("/v23.0/..%2Fme%2Faccounts%3Fx%3D");
  });

  it.each([
    ["Meta is down", () => answer(503, "")],
    ["Meta throttles", () => answer(400, graphError(80007))],
    ["Meta answers 429", () => answer(429, graphError(4))],
    ["the token is old", () => answer(401, graphError(190))],
    ["the token is old, told by another status", () => answer(400, graphError(190, 463))],
    ["our app lacks a permission", () => answer(403, graphError(10))],
    ["our app lacks another permission", () => answer(400, graphError(200))],
    ["our token may not read it", () => answer(403, graphError(131005))],
    ["Meta has a fault of its own", () => answer(400, graphError(131000))],
    ["Meta says something that nobody knows", () => answer(400, graphError(131999))],
    ["Meta answers without a code", () => answer(404, "")],
    ["the answer can't be read", () => answer(200, "<html>")],
    ["the address is none of TLS", () => answer(200, { url: "http://lookaside.fbsbx.com/x" })],
  ])("may come later where %s", async (_, answered) => {
    await expect(locate(new FakeHttp(answered))).rejects.toBeInstanceOf(MediaNotYet);
  });

  it.each([new HttpNotSent("refused"), new HttpOutcomeUnknown("time-out")])(
    "may come later after $name",
    async (error) => {
      const http = new FakeHttp(() => {
        throw error;
      });
      await expect(locate(http)).rejects.toBeInstanceOf(MediaNotYet);
    },
  );

  it("says that the token is to be renewed, whatever the status", async () => {
    const answered = () => answer(400, graphError(190, 463));
    await expect(locate(new FakeHttp(answered))).rejects.toThrow(/400 \(190\/463\).*renew it in the Meta secret/);
  });

  it("may come later where an administrator has yet to give a token", async () => {
    const http = new FakeHttp(() => answer(200, { url }));
    await expect(locate(http, {}, "999")).rejects.toBeInstanceOf(MediaNotYet);
    expect(http.calls).toHaveLength(0);
  });

  it.each([
    ["Meta has it no more", answer(400, graphError(100, 33)), {}],
    ["Meta knows nothing by its id", answer(400, graphError(100)), {}],
    ["nobody named it", answer(200, { url }), { providerId: undefined }],
  ])("never comes where %s, and says so to a person", async (_, answered, change) => {
    const located = locate(new FakeHttp(() => answered), change as Partial<typeof file>);
    await expect(located).rejects.toBeInstanceOf(MediaRefused);
    await expect(located).rejects.toThrow(/WhatsApp/);
  });
});
