import { expect, it } from "vitest";
import { sourcesUnder } from "../../tidy/sources.ts";
import { refusalText } from "../../../web/desk/words/refusals.ts";
import { sendErrors } from "../../../web/desk/words/de-send-errors.ts";
import { sendErrorOf } from "../../../web/desk/words/send-errors.ts";
import { learn } from "../../../web/desk/words/learn.ts";
import { wordsIn } from "../../../web/desk/words/words.tsx";
import { sendErrors as zhSendErrors } from "../../../web/desk/words/zh-send-errors.ts";

await Promise.all([learn("de"), learn("zh")]);

const [english, german, chinese] = [wordsIn("en"), wordsIn("de"), wordsIn("zh")];

it("says why a message did not go out in the agent's language, with the provider's code to look it up by", () => {
  const error = { code: "blocked", message: "The carrier blocks it.", providerCode: "30006" };
  expect(sendErrorOf(error, english)).toBe("The carrier blocks it.");
  expect(sendErrorOf(error, german)).toBe(`${sendErrors.blocked} (30006)`);
  expect(sendErrorOf({ ...error, providerCode: undefined }, chinese)).toBe(zhSendErrors.blocked);
});

it("says what the gate says as it does of a refusal, and what is new in the router's words", () => {
  const refused = { code: "blocked-address", message: "The address is blocked." };
  expect(sendErrorOf(refused, german)).toBe(refusalText("blocked-address", german.t));
  expect(sendErrorOf({ code: "constructor", message: "It is new." }, german)).toBe("It is new.");
});

it("knows every code of every channel", () => {
  const sources = [...sourcesUnder("shared/channels"), ...sourcesUnder("functions/send")];
  const codes = sources.flatMap(({ text }) => Array.from(text.matchAll(/\bcode: "([a-z-]+)"/g), ([, code]) => code!));
  expect(codes.length).toBeGreaterThan(60);
  const unknown = codes.filter((code) => !Object.hasOwn(sendErrors, code) && !refusalText(code, german.t));
  expect([...new Set(unknown)]).toEqual([]);
});
