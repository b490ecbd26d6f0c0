import { describe, expect, it } from "vitest";
import type { OutboundFile, SendRequest } from "../../../shared/channels/channel.ts";
import { limits } from "../../../shared/core/limits.ts";
import { telegram } from "../../../shared/channels/telegram/index.ts";
import { FakeHttp, portsWith } from "../../contracts/channel.ts";
import { answer } from "../samples.ts";
import { customer, refused, sendRequest, taken, token } from "./samples.ts";

const file = (contentType: string): OutboundFile => ({
  url: "https://messages.example.com/files/abc/plan.bin",
  contentType,
  bytes: 1000,
  name: "plan.bin",
  read: async () => undefined,
});

/** The one call that a send makes: its address and what is in it. */
async function callOf(change: Partial<SendRequest>) {
  const http = new FakeHttp(() => answer(200, taken));
  await telegram.send({ ...sendRequest, ...change }, portsWith({ http, clock: http.clock }));
  const [call] = http.calls;
  expect(http.calls).toHaveLength(1);
  expect(call).toMatchObject({ method: "POST", headers: { "content-type": "application/json" } });
  return { url: call!.url, body: JSON.parse(call!.body!) as unknown };
}

const sendWith = (http: FakeHttp, change: Partial<SendRequest> = {}) =>
  telegram.send({ ...sendRequest, ...change }, portsWith({ http, clock: http.clock }));

describe("a message to Telegram", () => {
  it("is a text as it was written, without a preview of what it links to", async () => {
    expect(await callOf({ text: "<b>10 €</b> https://shop.example" })).toStrictEqual({
      url: `https://api.telegram.org/bot${token}/sendMessage`,
      body: {
        chat_id: Number(customer),
        text: "<b>10 €</b> https://shop.example",
        link_preview_options: { is_disabled: true },
      },
    });
  });

  it("offers answers as a keyboard that goes away", async () => {
    expect(await callOf({ quickReplies: ["Yes", "No"] })).toMatchObject({
      body: { reply_markup: { keyboard: [[{ text: "Yes" }], [{ text: "No" }]], one_time_keyboard: true } },
    });
  });

  it.each([
    ["image/jpeg", "sendPhoto", "photo"],
    ["image/png", "sendPhoto", "photo"],
    ["image/webp", "sendPhoto", "photo"],
    ["image/gif", "sendAnimation", "animation"],
    ["video/mp4", "sendVideo", "video"],
    ["audio/mpeg", "sendAudio", "audio"],
    ["audio/mp4", "sendAudio", "audio"],
    ["audio/ogg", "sendVoice", "voice"],
    ["application/pdf", "sendDocument", "document"],
    ["application/zip", "sendDocument", "document"],
  ])("is a file of type %s by its link, by %s", async (contentType, method, field) => {
    expect(telegram.capabilities.media.types.map(({ pattern }) => pattern)).toContain(contentType);
    expect(await callOf({ media: [file(contentType)], text: "" })).toStrictEqual({
      url: `https://api.telegram.org/bot${token}/${method}`,
      body: { chat_id: Number(customer), [field]: file(contentType).url },
    });
    expect(await callOf({ media: [file(contentType)], text: "The plan" })).toMatchObject({
      body: { caption: "The plan" },
    });
  });
});

describe("what Telegram refuses", () => {
  it.each([
    [403, "Forbidden: bot was blocked by the user", "blocked", "shut-out"],
    [403, "Forbidden: user is deactivated", "account-deleted", "unreachable"],
    [403, "Forbidden: bot can't initiate conversation with a user", "unknown-chat", undefined],
    [403, "Forbidden: something new", "blocked", "shut-out"],
    [400, "Bad Request: chat not found", "unknown-chat", undefined],
    [400, "Bad Request: group chat was upgraded to a supergroup chat", "no-private-chat", undefined],
    [400, "Bad Request: message is too long", "too-long", undefined],
    [400, "Bad Request: message caption is too long", "too-long", undefined],
    [400, "Bad Request: message text is empty", "empty", undefined],
    [400, "Bad Request: failed to get HTTP URL content", "file-not-taken", undefined],
    [400, "Bad Request: wrong file identifier/HTTP URL specified", "file-not-taken", undefined],
    [400, "Bad Request: something new", "refused", undefined],
    [413, "Request Entity Too Large", "refused", undefined],
  ])("%i %s", async (status, description, code, consequence) => {
    const http = new FakeHttp(() => refused(status, description));
    const result = await sendWith(http);
    const error = { code, providerCode: String(status), message: expect.stringMatching(/\S/) };
    expect(result).toStrictEqual({ outcome: "refused", error: { ...error, ...(consequence && { consequence }) } });
  });

  it.each([
    [answer(403, "<html>403 Forbidden</html>")],
    [answer(403, { description: "Forbidden: bot was blocked by the user" })],
    [answer(403, { ok: false, description: "Forbidden: bot was blocked by the user" })],
    [answer(403, { ok: false, error_code: 400, description: "Forbidden: bot was blocked by the user" })],
    [answer(403, { ok: true, error_code: 403, description: "Forbidden: bot was blocked by the user" })],
    [answer(403, "")],
  ])("is no word about the customer where the Bot API itself did not say it: %o", async (from) => {
    const result = await sendWith(new FakeHttp(() => from));
    expect(result).toMatchObject({ outcome: "notSent", error: { code: "kept-away" }, retryAfterMs: 30_000 });
    expect(result).not.toHaveProperty("error.consequence");
  });

  it("says nothing of an address by an answer with another status than its own code", async () => {
    const odd = { ok: false, error_code: 403, description: "Bad Request: INPUT_USER_DEACTIVATED" };
    const result = await sendWith(new FakeHttp(() => answer(400, odd)));
    expect(result).toMatchObject({ outcome: "refused", error: { code: "refused" } });
    expect(result).not.toHaveProperty("error.consequence");
  });

  it.each([
    [-1, {}, 1_000],
    [-1e300, {}, 1_000],
    ["9", {}, 9_000],
    [{}, { "retry-after": "7" }, 7_000],
    [null, { "retry-after": "Wed, 04 Nov 2026 10:00:07 GMT" }, 7_000],
    [-1, { "retry-after": "7" }, 7_000],
    [1e9, {}, limits.maxNamedPauseMs],
  ])("heeds no retry_after that means nothing: %j with %j", async (retry_after, headers, retryAfterMs) => {
    const { status, body } = refused(429, "Too Many Requests", { retry_after });
    const result = await sendWith(new FakeHttp(() => ({ status, body, headers })));
    expect(result).toMatchObject({ outcome: "notSent", error: { code: "throttled" }, retryAfterMs });
  });

  it("reads what it can of an answer whose number is beyond any", async () => {
    const body = '{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":1e400}}';
    const result = await sendWith(new FakeHttp(() => ({ status: 429, headers: {}, body })));
    expect(result).toMatchObject({ outcome: "notSent", retryAfterMs: limits.maxNamedPauseMs });
  });

  it.each([
    [401, "Unauthorized"],
    [404, "Not Found"],
  ])("%i %s: waits until the secret is right", async (status, description) => {
    expect(await sendWith(new FakeHttp(() => refused(status, description)))).toMatchObject({
      outcome: "notSent",
      error: { code: "credentials" },
      retryAfterMs: 30_000,
    });
  });

  it("waits for a bot that the secret does not have", async () => {
    const http = new FakeHttp(() => answer(200, taken));
    const inbox = { ...sendRequest.inbox, id: "second" };
    expect(await sendWith(http, { inbox })).toMatchObject({ outcome: "notSent", error: { code: "no-account" } });
    expect(http.calls).toHaveLength(0);
  });

  it("says nothing of the token", async () => {
    const results = [400, 401, 403, 404, 429, 500].map((status) =>
      sendWith(new FakeHttp(() => refused(status, token))),
    );
    expect(JSON.stringify(await Promise.all(results))).not.toContain(token);
  });
});

describe("a send whose answer was lost", () => {
  it("is nothing that Telegram could be asked about", async () => {
    const request = { ...sendRequest, attemptedAt: 0, now: 60_000, isTaken: async () => false };
    expect(await telegram.lookup(request, portsWith({}))).toMatchObject({ outcome: "undecided" });
  });
});
