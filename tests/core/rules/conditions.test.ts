import { describe, expect, test } from "vitest";
import type { RuleConditions } from "../../../shared/core/configuration.ts";
import type { InboundMessage } from "../../../shared/core/message.ts";
import type { RoutingFacts } from "../../../shared/core/rules/decide.ts";
import { decideWith, rule, wednesdayMorning } from "./samples.ts";

interface Case {
  when: RuleConditions;
  message?: Partial<InboundMessage>;
  facts?: Partial<RoutingFacts>;
  at?: string;
  matches: boolean;
}

function table(cases: [name: string, given: Case][]): void {
  test.each(cases)("%s", (_, { when, message, facts, at, matches }) => {
    const now = at === undefined ? wednesdayMorning : Date.parse(at);
    expect(decideWith([rule("r", when)], message, facts, now).rules).toEqual(matches ? ["r"] : []);
  });
}

const says = (text: string): { message: { text: string } } => ({ message: { text } });

describe("where a message came", () => {
  table([
    ["no condition matches everything", { when: {}, matches: true }],
    ["its channel", { when: { channels: ["web", "sms"] }, matches: true }],
    ["another channel", { when: { channels: ["web"] }, matches: false }],
    ["its inbox", { when: { inboxes: ["sms-main"] }, matches: true }],
    ["another inbox", { when: { inboxes: ["sms-second"] }, matches: false }],
    ["its inbox, but another channel", { when: { inboxes: ["sms-main"], channels: ["web"] }, matches: false }],
    ["its inbox and channel", { when: { inboxes: ["sms-main"], channels: ["sms"] }, matches: true }],
  ]);
});

describe("language and attributes", () => {
  const gold = { facts: { customer: { version: 1, attributes: { tier: "gold", orders: 3, vip: true } } } };
  table([
    ["the resolved language", { when: { languages: ["en", "de"] }, matches: true }],
    ["another language", { when: { languages: ["zh"] }, matches: false }],
    ["one of the values", { when: { attributes: { tier: ["silver", "gold"] } }, ...gold, matches: true }],
    ["none of the values", { when: { attributes: { tier: ["silver"] } }, ...gold, matches: false }],
    ["a number", { when: { attributes: { orders: [3] } }, ...gold, matches: true }],
    ["a number is not its digits", { when: { attributes: { orders: ["3"] } }, ...gold, matches: false }],
    ["true", { when: { attributes: { vip: [true] } }, ...gold, matches: true }],
    ["an attribute that the customer lacks", { when: { attributes: { age: [30] } }, ...gold, matches: false }],
    ["a name that every object has", { when: { attributes: { constructor: ["x"] } }, ...gold, matches: false }],
    ["all attributes must fit", { when: { attributes: { tier: ["gold"], vip: [false] } }, ...gold, matches: false }],
  ]);
});

describe("words", () => {
  table([
    ["a whole word", { when: { words: ["invoice"] }, ...says("my invoice is wrong"), matches: true }],
    ["not a part of a word", { when: { words: ["bill"] }, ...says("the billing is wrong"), matches: false }],
    ["any one of them", { when: { words: ["refund", "wrong"] }, ...says("my invoice is wrong"), matches: true }],
    ["any case", { when: { words: ["Invoice"] }, ...says("INVOICE!"), matches: true }],
    ["accents in the text", { when: { words: ["resume"] }, ...says("Résumé"), matches: true }],
    ["accents in the rule", { when: { words: ["Störung"] }, ...says("storung seit gestern"), matches: true }],
    ["sharp s", { when: { words: ["Straße"] }, ...says("STRASSE"), matches: true }],
    ["decomposed letters", { when: { words: ["Größe"] }, ...says("Gro\u0308ße"), matches: true }],
    ["full-width letters", { when: { words: ["order"] }, ...says("ＯＲＤＥＲ"), matches: true }],
    ["a phrase", { when: { words: ["opening hours"] }, ...says("What are your opening  hours?"), matches: true }],
    ["a phrase in another order", { when: { words: ["opening hours"] }, ...says("hours opening"), matches: false }],
    ["no phrase across a full stop", { when: { words: ["not working"] }, ...says("Is not. Working?"), matches: false }],
    ["a phrase with a hyphen", { when: { words: ["credit card"] }, ...says("my credit-card"), matches: true }],
    ["an apostrophe", { when: { words: ["doesn't work"] }, ...says("It doesn’t work"), matches: true }],
    ["a phrase that begins twice", { when: { words: ["a a b"] }, ...says("a a a b"), matches: true }],
    ["Chinese inside a sentence", { when: { words: ["退款"] }, ...says("我想申请退款谢谢"), matches: true }],
    ["Chinese beside Latin letters", { when: { words: ["坏了"] }, ...says("我的iPhone坏了"), matches: true }],
    ["Chinese in another order", { when: { words: ["退款"] }, ...says("款退"), matches: false }],
    ["no Chinese word across a full stop", { when: { words: ["退款"] }, ...says("请退。款项不对"), matches: false }],
    ["Japanese", { when: { words: ["返品"] }, ...says("商品を返品したいです"), matches: true }],
    ["Korean with a particle", { when: { words: ["환불"] }, ...says("환불을 원합니다"), matches: true }],
    ["Thai", { when: { words: ["ราคา"] }, ...says("สอบถามราคาสินค้า"), matches: true }],
    ["Arabic with vowel signs", { when: { words: ["فاتورة"] }, ...says("فَاتُورَة خاطئة"), matches: true }],
    ["Hindi, whole words only", { when: { words: ["बिल"] }, ...says("मेरा बिल गलत है"), matches: true }],
    ["an emoji", { when: { words: ["👍"] }, ...says("ok 👍🏽"), matches: true }],
    ["digits", { when: { words: ["24h"] }, ...says("24H service"), matches: true }],
    ["an empty text", { when: { words: ["hello"] }, ...says(""), matches: false }],
    ["beyond what rules read", { when: { words: ["end"] }, ...says(`${"a ".repeat(10_000)}end`), matches: false }],
  ]);
});

describe("patterns", () => {
  table([
    ["anywhere in the text", { when: { pattern: "[A-Z]{2}-\\d{4}" }, ...says("order AB-1234 please"), matches: true }],
    ["case matters", { when: { pattern: "[A-Z]{2}-\\d{4}" }, ...says("order ab-1234"), matches: false }],
    ["unless it says otherwise", { when: { pattern: "(?i)[A-Z]{2}-\\d{4}" }, ...says("order ab-1234"), matches: true }],
    ["words and a pattern", { when: { words: ["order"], pattern: "\\d{4}" }, ...says("order 12"), matches: false }],
    ["what other engines choke on", { when: { pattern: "(a+)+$" }, ...says(`${"a".repeat(15_000)}!`), matches: false }],
  ]);
});

describe("opening hours", () => {
  const open = { open: { hours: "office", is: true } };
  const closed = { open: { hours: "office", is: false } };
  table([
    ["open while open", { when: open, matches: true }],
    ["closed while open", { when: closed, matches: false }],
    ["closed in the evening", { when: closed, at: "2026-03-04T16:00:00Z", matches: true }],
    ["closed on a holiday", { when: closed, at: "2026-03-11T10:00:00Z", matches: true }],
    ["with a word", { when: { ...open, words: ["hello"] }, matches: true }],
  ]);
});

test("hours that the configuration lacks are refused when the rules are compiled", () => {
  expect(() => decideWith([rule("r", { open: { hours: "night", is: true } })])).toThrow('asks for the hours "night"');
});
