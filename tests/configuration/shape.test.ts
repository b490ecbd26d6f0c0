import { describe, expect, test } from "vitest";
import { changed, check } from "./samples.ts";

describe("keys", () => {
  test.each([
    ["at the top", { 16: "defaultQeue: general" }, ['16:1 Unknown key "defaultQeue". Did you mean "defaultQueue"?']],
    [
      "in a rule's conditions",
      { 21: "    when: { word: [hello] }" },
      ['21:13 Unknown key "word". Did you mean "words"?'],
    ],
    ["in a rule's actions", { 22: "    do: { queu: general }" }, ['22:11 Unknown key "queu". Did you mean "queue"?']],
    [
      "two letters swapped",
      { 22: "    do: { prioirty: high }" },
      ['22:11 Unknown key "prioirty". Did you mean "priority"?'],
    ],
    [
      "nothing like it",
      { 22: "    do: { assign: general }" },
      ['22:11 Unknown key "assign". Known here: queue, skills, steps, priority, tags, reply.'],
    ],
    [
      "in an agent",
      { 15: "      - { id: agent-en, unit: 2, units: 2 }" },
      ['15:25 Unknown key "unit". Did you mean "units"?'],
    ],
    [
      "in a step",
      { 22: "    do: { steps: [{ skills: { en: 3 }, expires: 1 min }] }" },
      ['22:40 Unknown key "expires". Did you mean "expiresAfter"?'],
    ],
    ["a weekday", { 8: "    week: { monday: [09:00-12:00] }" }, ['8:13 Unknown key "monday". Did you mean "mon"?']],
    ["twice in a mapping", { 16: "defaultQueue: general\ndefaultQueue: general" }, ["17:1 Map keys must be unique."]],
  ])("unknown or repeated %s", (_, changes, errors) => expect(check(changed(changes)).errors).toEqual(errors));
});

describe("values", () => {
  test.each<[string, Record<number, string>, string]>([
    ["missing", { 15: "      - { id: agent-en }" }, '15:9 "units" is missing here: add it.'],
    ["empty", { 19: "rules:", 20: "", 21: "", 22: "" }, '19:7 "rules" is empty: write a list, or leave it out.'],
    ["a list expected", { 2: "languages: en" }, '2:12 "languages" must be a list, but is "en".'],
    ["keys expected", { 22: "    do: general" }, '22:9 "do" must be keys with values, but is "general".'],
    [
      "text expected",
      { 4: "  - { id: sms-main, channel: sms, address: +15005550006 }" },
      '4:44 "address" must be text: put 15005550006 in quotation marks.',
    ],
    [
      "not one of those known",
      { 22: "    do: { priority: hihg }" },
      '22:21 "hihg" is not one of urgent, high, normal, low. Did you mean "high"?',
    ],
    [
      "a level too high",
      { 15: "      - { id: agent-en, skills: { en: 6 }, units: 2 }" },
      "15:39 The highest level is 5.",
    ],
    [
      "half a level",
      { 15: "      - { id: agent-en, skills: { en: 2.5 }, units: 2 }" },
      '15:39 "en" must be a whole number, but is "2.5".',
    ],
    ["no units", { 15: "      - { id: agent-en, units: 0 }" }, "15:32 At least 1 unit."],
    [
      "an id in capitals",
      { 13: "      - { id: General }" },
      "13:15 An id has lower-case letters, digits and hyphens, begins with a letter and has at most 40 characters.",
    ],
    [
      "a duration without a unit",
      { 11: "  - id: service\n    rampUp: 30" },
      '12:13 "rampUp" must be text: put 30 in quotation marks.',
    ],
    [
      "a duration in words",
      { 11: "  - id: service\n    rampUp: half a minute" },
      '12:13 Write a duration as a number and a unit (ms, s, min, h, d), such as "30 s" or "5 min".',
    ],
    [
      "an empty list",
      { 21: "    when: { words: [] }" },
      "21:20 The list is empty: name at least one, or leave the key out.",
    ],
    [
      "a language by its name",
      { 2: "languages: [en, de, german]" },
      '2:21 A language is an ISO 639 code of two or three letters, such as "en".',
    ],
    [
      "hours without an end",
      { 8: "    week: { mon: [09:00] }" },
      '8:19 Write opening hours as "09:00-17:00"; a day ends at 24:00, and a night goes into two days.',
    ],
    [
      "no YAML at all",
      { 2: "languages: [en" },
      "3:1 Flow sequence in block collection must be sufficiently indented and end with a ].",
    ],
    [
      "two documents",
      { 16: "defaultQueue: general\n---" },
      "17:1 The file has several documents: remove the line of dashes.",
    ],
    ["an alias without its anchor", { 16: "defaultQueue: *queue" }, "16:15 No anchor &queue comes before this alias."],
  ])("%s", (_, changes, error) => expect(check(changed(changes)).errors).toContain(error));

  test("an empty file", () => expect(check("").errors).toEqual(["1:1 The file is empty: write keys with values."]));
});
