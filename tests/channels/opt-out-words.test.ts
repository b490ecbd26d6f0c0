import { describe, expect, test } from "vitest";
import { messengerWords, optOutWordOf } from "../../shared/channels/opt-out-words.ts";
import { carrierWordOf, textWords } from "../../shared/channels/twilio/keywords.ts";

describe("words that stop, restart or ask", () => {
  test.each([
    ["STOP", "stop"],
    [" stop ", "stop"],
    ["Stop.", "stop"],
    ["STOPP!", "stop"],
    ["Abmelden", "stop"],
    ["Arrêt", "stop"],
    ["Baja", "stop"],
    ["退订", "stop"],
    ["停止。", "stop"],
    ["退订！", "stop"],
    ["ＳＴＯＰ", "stop"],
    ["Arrêt !", "stop"],
    ["Quit", "stop"],
    ["START", "start"],
    ["Anmelden", "start"],
    ["恢复", "start"],
    ["yes", "start"],
    ["YES！", "start"],
    ["Commencer !", "start"],
    ["HELP", "help"],
    // Nobody but an agent answers it in another language.
    ["Hilfe", undefined],
    ["帮助", undefined],
    ["Bitte nicht stoppen", undefined],
    ["stop it please", undefined],
    ["", undefined],
    ["...", undefined],
  ])("in a text: %s is %s", (text, word) => expect(optOutWordOf(text, textWords)).toBe(word));

  test.each([
    ["Stop", "stop"],
    ["STOPP", "stop"],
    ["取消订阅", "stop"],
    ["Start", "start"],
    ["yes", undefined],
    ["cancel", undefined],
    ["help", undefined],
  ])("on WhatsApp: %s is %s", (text, word) => expect(optOutWordOf(text, messengerWords)).toBe(word));

  test("the carrier acts on its own alone", () => {
    expect(["STOP", "STOPP", "退订"].map(carrierWordOf)).toEqual(["stop", undefined, undefined]);
  });
});
