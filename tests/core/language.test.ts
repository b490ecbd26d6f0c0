import { expect, test } from "vitest";
import { resolveLanguage } from "../../shared/core/language.ts";

const config = { languages: ["en", "de", "zh"], defaultLanguage: "en" };

test.each([
  ["what the text shows", "de", { language: "zh" }, { language: "en" }, "de"],
  ["too short to tell: the conversation's", undefined, { language: "zh" }, { language: "de" }, "zh"],
  ["no conversation yet: the customer's", undefined, undefined, { language: "de" }, "de"],
  ["nothing known: the default", undefined, undefined, undefined, "en"],
  ["a customer's language that is not served", undefined, undefined, { language: "fr" }, "en"],
])("%s", (_, detected, conversation, customer, expected) => {
  expect(resolveLanguage(detected, conversation, customer, config)).toBe(expected);
});
