import { describe, expect, it } from "vitest";
import { telegram } from "../../../shared/channels/telegram/index.ts";
import { publicUrl } from "../samples.ts";
import { config, secret, sign, textMessage } from "./samples.ts";

const webhook = telegram.webhook!;
const context = { secret, publicUrls: [publicUrl], now: 0 };

describe("the word that Telegram says", () => {
  it("is one inbox's: another path is refused, and nobody learns whether there is such an inbox", () => {
    const request = textMessage("hello");
    const wrongWord = webhook.verify(sign(request, "wrong"), context);
    expect(wrongWord).toMatchObject({ ok: false });
    for (const path of ["/webhooks/telegram/nobody", "/webhooks/telegram/__proto__", "/webhooks/telegram/telegram-mai"])
      expect(webhook.verify({ ...sign(request), path }, context)).toStrictEqual(wrongWord);
  });

  it.each([{ bots: { a: { token: "x", secretToken: "y" } } }, { bots: { a: { token: "1:x" } } }, null])(
    "can't be checked with a secret like %j",
    (other) => {
      const check = () => webhook.verify(sign(textMessage("hello")), { ...context, secret: other });
      expect(check).toThrow(/Telegram secret/);
    },
  );

  it("opens no inbox of another channel", () => {
    const request = { ...textMessage("hello"), path: "/webhooks/telegram/mail" };
    expect(webhook.parse(request, config)).toStrictEqual([
      { kind: "ignored", reason: "the inbox of this path is one of another channel" },
    ]);
  });
});
