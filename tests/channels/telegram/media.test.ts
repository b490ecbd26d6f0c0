import { describe, expect, it } from "vitest";
import { telegram } from "../../../shared/channels/telegram/index.ts";
import type { MediaReference } from "../../../shared/core/message.ts";
import { HttpNotSent, HttpOutcomeUnknown, type HttpAnswer } from "../../../shared/ports/http.ts";
import { MediaNotYet, MediaRefused } from "../../../shared/ports/media.ts";
import { FakeHttp, portsWith } from "../../contracts/channel.ts";
import { answer } from "../samples.ts";
import { inbox, refused, secret, token } from "./samples.ts";

const media = telegram.media!;
const file: MediaReference = { contentType: "image/jpeg", providerId: "file-1" };
const found = (path: string) => answer(200, { ok: true, result: { file_id: "file-1", file_path: path } });

function locate(reply: () => HttpAnswer, reference = file, inboxId = inbox.id) {
  const http = new FakeHttp(reply);
  const location = media.locate(reference, { inbox: { ...inbox, id: inboxId }, secret }, portsWith({ http }));
  return { location, http };
}

const failing = (error: Error) => () => {
  throw error;
};

describe("a file of a customer's", () => {
  it("is asked for by its id, and fetched from Telegram's host alone", async () => {
    const { location, http } = locate(() => found("photos/file 1.jpg"));
    const url = `https://api.telegram.org/file/bot${token}/photos/file%201.jpg`;
    expect(await location).toStrictEqual({ url, headers: {} });
    expect(http.calls).toMatchObject([
      { url: `https://api.telegram.org/bot${token}/getFile`, body: JSON.stringify({ file_id: "file-1" }) },
    ]);
    expect(media.hosts).toContain(new URL(url).hostname);
  });

  it.each([
    ["too large, as the message said", () => found("x"), { ...file, problem: "too large" }, /too large/],
    ["too large", () => refused(400, "Bad Request: file is too big"), file, /20 MB/],
    ["gone", () => refused(400, "Bad Request: invalid file_id"), file, /any more/],
    ["without a path", () => answer(200, { ok: true, result: {} }), file, /where/],
  ])("can't be had where it is %s", async (_, reply, reference, message) => {
    const { location } = locate(reply, reference);
    await expect(location).rejects.toThrow(MediaRefused);
    await expect(location).rejects.toThrow(message);
  });

  it.each([
    ["no answer comes", failing(new HttpOutcomeUnknown(`time-out at ${token}`)), inbox.id],
    ["no connection stands", failing(new HttpNotSent("refused")), inbox.id],
    ["Telegram is busy", () => refused(429, "Too Many Requests"), inbox.id],
    ["Telegram is ill", () => answer(502, "oops"), inbox.id],
    [
      "Telegram's own machines fail each other",
      () => refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
      inbox.id,
    ],
    [
      "Telegram refuses in words that nobody knows",
      () => refused(400, "Bad Request: FILE_REFERENCE_EXPIRED"),
      inbox.id,
    ],
    ["the token is not right", () => refused(401, "Unauthorized"), inbox.id],
    ["the secret does not have the bot", () => found("x"), "second"],
  ])("may be had later where %s, and no error has the token in it", async (_, reply, inboxId) => {
    const { location } = locate(reply, file, inboxId);
    await expect(location).rejects.toThrow(MediaNotYet);
    await expect(location).rejects.not.toThrow(token);
  });
});
