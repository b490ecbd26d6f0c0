import { describe, expect, it } from "vitest";
import type { OutboundFile, SendRequest } from "../../../shared/channels/channel.ts";
import { whatsapp } from "../../../shared/channels/whatsapp/index.ts";
import { send } from "../../../shared/channels/whatsapp/outbound.ts";
import { FakeHttp, portsWith } from "../../contracts/channel.ts";
import { graphError } from "../meta/samples.ts";
import { answer, sendId } from "../samples.ts";
import { accessToken, phoneNumberId, sendRequest, taken, userId } from "./samples.ts";

async function bodyOf(change: Partial<SendRequest>): Promise<Record<string, unknown>> {
  const http = new FakeHttp(() => answer(200, taken));
  await send({ ...sendRequest, ...change }, http);
  return JSON.parse(http.calls[0]!.body!) as Record<string, unknown>;
}

const file = (contentType: string, name = "file"): OutboundFile => ({
  url: "https://messages.example.com/files/token",
  contentType,
  bytes: 10,
  name,
  read: async () => undefined,
});
const link = "https://messages.example.com/files/token";

describe("send", () => {
  it("calls the Cloud API as Meta documents it", async () => {
    const http = new FakeHttp(() => answer(200, taken));
    await send(sendRequest, http);
    expect(http.calls).toMatchObject([
      {
        method: "POST",
        url: `https://graph.facebook.com/v23.0/${phoneNumberId}/messages`,
        headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
        timeoutMs: 5_000,
      },
    ]);
    expect(JSON.parse(http.calls[0]!.body!)).toStrictEqual({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: sendRequest.to,
      biz_opaque_callback_data: sendId,
      type: "text",
      text: { body: sendRequest.text, preview_url: false },
    });
  });

  it("writes to a user id where there is no number", async () => {
    const body = await bodyOf({ to: userId });
    expect(body).toMatchObject({ recipient: userId });
    expect(body).not.toHaveProperty("to");
  });

  it.each([
    ["image/jpeg", { type: "image", image: { link, caption: "look" } }],
    ["image/png", { type: "image", image: { link, caption: "look" } }],
    ["video/mp4", { type: "video", video: { link, caption: "look" } }],
    ["application/pdf", { type: "document", document: { link, filename: "file", caption: "look" } }],
    ["text/plain", { type: "document", document: { link, filename: "file", caption: "look" } }],
  ])("sends a file of type %s by its link, with the text as its caption", async (contentType, expected) => {
    expect(await bodyOf({ media: [file(contentType)], text: "look" })).toMatchObject(expected);
  });

  it.each([
    ["audio/ogg", { type: "audio", audio: { link } }],
    ["image/webp", { type: "sticker", sticker: { link } }],
  ])("sends %s without words, which core leaves out", async (contentType, expected) => {
    expect(await bodyOf({ media: [file(contentType)], text: "" })).toMatchObject(expected);
    const type = whatsapp.capabilities.media.types.find(({ pattern }) => pattern === contentType);
    expect(type?.withoutCaption).toBe(true);
  });

  it("offers up to three short answers as buttons, under a text that they take", async () => {
    expect(await bodyOf({ quickReplies: ["Yes", "No"], text: "Shall we?" })).toMatchObject({
      type: "interactive",
      interactive: {
        type: "button",
        body: { text: "Shall we?" },
        action: {
          buttons: [
            { type: "reply", reply: { id: "0", title: "Yes" } },
            { type: "reply", reply: { id: "1", title: "No" } },
          ],
        },
      },
    });
  });

  it("offers as buttons what just fits on them", async () => {
    const quickReplies = ["1", "2", "3"].map((answer) => answer.padEnd(20, "x"));
    expect(await bodyOf({ quickReplies, text: "?".repeat(1024) })).toMatchObject({ interactive: { type: "button" } });
  });

  it.each([
    ["more answers", ["1", "2", "3", "4"], "Which?"],
    ["a longer answer", ["x".repeat(21)], "Which?"],
    ["a longer text", ["Yes"], "?".repeat(1025)],
  ])("offers %s as a list", async (_, quickReplies, text) => {
    expect(await bodyOf({ quickReplies, text })).toMatchObject({
      interactive: {
        type: "list",
        body: { text },
        action: { sections: [{ rows: quickReplies.map((title, index) => ({ id: String(index), title })) }] },
      },
    });
  });

  it("fills a template in, on one line a gap", async () => {
    const template = { id: "t", name: "order_update", language: "en_US", parameters: ["Ada", "two\nlines\t!"] };
    expect(await bodyOf({ template, text: "as it reads" })).toMatchObject({
      type: "template",
      template: {
        name: "order_update",
        language: { code: "en_US", policy: "deterministic" },
        components: [
          {
            type: "body",
            parameters: [
              { type: "text", text: "Ada" },
              { type: "text", text: "two lines !" },
            ],
          },
        ],
      },
    });
    const plain = await bodyOf({ template: { ...template, parameters: [] } });
    expect(plain["template"]).not.toHaveProperty("components");
  });

  it.each([
    [131047, "window-closed", undefined],
    [131026, "unreachable", "unreachable"],
    [132001, "template-refused", undefined],
    [131053, "file-refused", undefined],
    [100, "refused", undefined],
    [368, "account-restricted", undefined],
    [210, "not-permitted", undefined],
    [131999, "refused", undefined],
  ])("says of Meta's code %i that it is %s", async (code, ours, consequence) => {
    const result = await send(sendRequest, new FakeHttp(() => answer(400, graphError(code))));
    const error = { code: ours, providerCode: String(code), message: expect.stringMatching(/\S/) };
    expect(result).toStrictEqual({ outcome: "refused", error: { ...error, ...(consequence && { consequence }) } });
  });

  // Meta documents some refusals with a status of 500, and advises to go by the code.
  it.each([
    [500, 3, "not-permitted"],
    [500, 10, "not-permitted"],
    [500, 131045, "account-restricted"],
    [500, 131042, "account-restricted"],
    [503, 131047, "window-closed"],
    [408, 368, "account-restricted"],
  ])("is refused by its code after %i with %i", async (status, code, ours) => {
    const result = await send(sendRequest, new FakeHttp(() => answer(status, graphError(code))));
    expect(result).toMatchObject({ outcome: "refused", error: { code: ours, providerCode: String(code) } });
  });

  it.each([
    [500, 131000],
    [503, 133004],
    [400, 131016],
    [500, 1],
    [503, 2],
    // Nobody has said what it means.
    [500, 131999],
    [503, 2494055],
    // Documented with 400 and 429 alone.
    [500, 130429],
    [503, 131056],
    [500, 4],
    [408, 80007],
  ])("is of unknown outcome after %i with %i", async (status, code) => {
    const result = await send(sendRequest, new FakeHttp(() => answer(status, graphError(code))));
    expect(result).toMatchObject({ outcome: "unknown", error: { code: "no-answer", providerCode: String(code) } });
  });

  it.each(["<html>", graphError(131999), ""])("waits by itself after 429, whatever stands in it: %j", async (body) => {
    const result = await send(sendRequest, new FakeHttp(() => answer(429, body)));
    expect(result).toMatchObject({ outcome: "notSent", retryAfterMs: 5_000, error: { code: "throttled" } });
  });

  it.each([400, 500])("waits while Meta keeps the account in maintenance, told by %i", async (status) => {
    const result = await send(sendRequest, new FakeHttp(() => answer(status, graphError(131057))));
    expect(result).toMatchObject({ outcome: "notSent", retryAfterMs: 60_000, error: { code: "maintenance" } });
  });

  it("says what to do where the customer wants no advertisements", async () => {
    const result = await send(sendRequest, new FakeHttp(() => answer(400, graphError(131050))));
    const error = { code: "marketing-stopped", message: expect.stringMatching(/Send a template that is none/) };
    expect(result).toMatchObject({ outcome: "refused", error });
  });

  it.each([
    [401, graphError(190)],
    [400, graphError(190, 463)],
    [500, graphError(190)],
    [401, "<html>"],
  ])("waits for a person where Meta does not take our token: %i", async (status, body) => {
    const result = await send(sendRequest, new FakeHttp(() => answer(status, body)));
    expect(result).toMatchObject({ outcome: "notSent", retryAfterMs: 30_000 });
  });

  it("sends nothing from a number without an access token, and says what to do", async () => {
    const http = new FakeHttp(() => answer(200, taken));
    const inbox = { ...sendRequest.inbox, address: "999" };
    expect(await send({ ...sendRequest, inbox }, http)).toMatchObject({
      outcome: "notSent",
      error: { code: "no-account", message: expect.stringContaining("accessTokens") },
    });
    expect(http.calls).toHaveLength(0);
  });

  it("knows no way to ask what became of a send", async () => {
    const request = { ...sendRequest, attemptedAt: 0, now: 1, isTaken: async () => false };
    expect(await whatsapp.lookup(request, portsWith({}))).toMatchObject({ outcome: "undecided" });
  });
});
