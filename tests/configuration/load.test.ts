import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkConfiguration, ConfigurationError, loadConfiguration } from "../../infra/configuration/load.ts";

const lines = [
  "defaultLanguage: en",
  "languages: [en, de]",
  "inboxes:",
  '  - { id: sms-main, channel: sms, address: "+15005550006" }',
  "hours:",
  "  - id: office",
  "    timeZone: Europe/Berlin",
  "    week: { mon: [09:00-12:00, 13:00-17:00] }",
  "    holidays: [2026-12-25]",
  "pools:",
  "  - id: service",
  "    queues:",
  "      - { id: general }",
  "    agents:",
  "      - { id: agent-en, skills: { en: 5, de: 3 }, units: 2 }",
  "defaultQueue: general",
  "replies:",
  "  closed: { en: We are closed., de: Wir haben zu. }",
  "rules:",
  "  - id: hello",
  "    when: { words: [hello], closed: office }",
  "    do: { queue: general, skills: { language: 3 }, priority: high, reply: closed }",
];

/** The file with one line replaced, by its number; a line may become several. */
const changed = (changes: Record<number, string>): string =>
  lines.map((line, index) => changes[index + 1] ?? line).join("\n");

function check(text: string): { errors: string[]; warnings: string[] } {
  const told = (problems: { line: number; column: number; message: string }[]) =>
    problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  try {
    return { errors: [], warnings: told(checkConfiguration(text, "router.yaml").warnings) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { errors: told(error.problems), warnings: [] };
  }
}

test("a right file has neither errors nor warnings, and its defaults are filled in", () => {
  expect(check(lines.join("\n"))).toEqual({ errors: [], warnings: [] });
  const { configuration } = checkConfiguration(lines.join("\n"), "router.yaml");
  expect(configuration).toEqual({
    schemaVersion: 1,
    version: expect.stringMatching(/^[0-9a-f]{12}$/),
    defaultLanguage: "en",
    languages: ["en", "de"],
    inboxes: [{ id: "sms-main", channel: "sms", address: "+15005550006" }],
    hours: [
      {
        id: "office",
        timeZone: "Europe/Berlin",
        week: {
          mon: [
            ["09:00", "12:00"],
            ["13:00", "17:00"],
          ],
        },
        holidays: ["2026-12-25"],
      },
    ],
    pools: [
      {
        id: "service",
        rampUpMs: 30_000,
        queues: [{ id: "general", acceptance: "automatic", offerExpiresAfterMs: 60_000 }],
        agents: [
          {
            id: "agent-en",
            name: "agent-en",
            skills: { en: 5, de: 3 },
            units: 2,
            weightByChannel: {},
            queueIds: ["general"],
          },
        ],
      },
    ],
    rules: [
      {
        id: "hello",
        when: { words: ["hello"], open: { hours: "office", is: false } },
        do: {
          queue: "general",
          steps: [{ requirements: [{ skill: "language", level: 3 }] }],
          priority: "high",
          reply: "closed",
        },
        stop: false,
      },
    ],
    defaultQueueId: "general",
    maxWaitMs: { urgent: 60_000, high: 300_000, normal: 900_000, low: 3_600_000 },
    replies: { closed: { en: "We are closed.", de: "Wir haben zu." } },
  });
});

describe("the version", () => {
  const versionOf = (text: string) => checkConfiguration(text, "router.yaml").configuration.version;
  const version = versionOf(lines.join("\n"));

  test("is that of the content, not of its layout", () => {
    expect(versionOf(changed({ 4: '  - {address: "+15005550006",   channel: sms, id: sms-main} # ours' }))).toBe(
      version,
    );
    expect(versionOf(changed({ 13: "      - { id: general, offerExpiresAfter: 1 min }" }))).toBe(version);
  });

  test("is another when anything is", () => {
    expect(versionOf(changed({ 15: lines[14]!.replace("units: 2", "units: 3") }))).not.toBe(version);
  });
});

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

describe("references", () => {
  test.each<[string, Record<number, string>, string]>([
    ["the default queue", { 16: "defaultQueue: genral" }, '16:15 There is no queue "genral". Did you mean "general"?'],
    ["a rule's queue", { 22: "    do: { queue: sales }" }, '22:18 There is no queue "sales". There are: general.'],
    [
      "an agent's queue",
      { 15: "      - { id: agent-en, units: 2, queues: [sales] }" },
      '15:44 There is no queue "sales" in the pool "service". There are: general.',
    ],
    ["hours", { 21: "    when: { open: offic }" }, '21:19 There is no opening hours "offic". Did you mean "office"?'],
    ["a reply", { 22: "    do: { reply: opened }" }, '22:18 There is no reply "opened". There are: closed.'],
    ["an inbox", { 21: "    when: { inboxes: [main] }" }, '21:23 There is no inbox "main". There are: sms-main.'],
    [
      "a channel",
      { 21: "    when: { channels: [sns] }" },
      '21:24 There is no channel "sns" among the inboxes. Did you mean "sms"?',
    ],
    [
      "a rule's language",
      { 21: "    when: { languages: [fr] }" },
      '21:25 There is no language "fr". There are: en, de.',
    ],
    ["the default language", { 1: "defaultLanguage: fr" }, '1:18 There is no language "fr". There are: en, de.'],
    [
      "a reply's language",
      { 18: "  closed: { en: Closed., de: Zu., fr: Non. }" },
      '18:35 There is no language "fr". There are: en, de.',
    ],
    [
      "a reply without the default language",
      { 18: "  closed: { de: Zu. }" },
      '18:3 The reply "closed" has no text in the default language "en": add one.',
    ],
  ])("%s", (_, changes, error) => expect(check(changed(changes)).errors).toContain(error));

  test.each<[string, Record<number, string>, string]>([
    [
      "a queue",
      { 13: "      - { id: general }\n      - { id: general }" },
      '14:15 The queue "general" is here a second time. A queue is in one pool only.',
    ],
    [
      "a queue in two pools",
      { 16: "  - { id: other, queues: [{ id: general }], agents: [] }\ndefaultQueue: general" },
      '16:33 The queue "general" is here a second time. A queue is in one pool only.',
    ],
    [
      "an agent in two pools",
      { 16: "  - { id: other, queues: [{ id: sales }], agents: [{ id: agent-en, units: 1 }] }\ndefaultQueue: general" },
      '16:58 The agent "agent-en" is here a second time. An agent is in one pool only.',
    ],
    [
      "a rule",
      { 22: `${lines[21]}\n  - { id: hello, do: { queue: general } }` },
      '23:11 The rule "hello" is here a second time. Remove or rename one.',
    ],
    [
      "an inbox's address",
      { 4: `${lines[3]}\n  - { id: two, channel: sms, address: "+15005550006" }` },
      '5:39 The address "sms +15005550006" is here a second time. Remove or rename one.',
    ],
    [
      "a language",
      { 2: "languages: [en, de, en]" },
      '2:21 The language "en" is here a second time. Remove or rename one.',
    ],
  ])("%s twice", (_, changes, error) => expect(check(changed(changes)).errors).toContain(error));
});

describe("what can't work", () => {
  test.each<[string, Record<number, string>, string]>([
    [
      "a number without its plus",
      { 4: '  - { id: sms-main, channel: sms, address: "5005550006" }' },
      '4:44 "5005550006" is not a number in E.164 form: write it as "+15005550006".',
    ],
    [
      "a time zone",
      { 7: "    timeZone: Berlin" },
      '7:15 "Berlin" is no time zone: write its IANA name, such as "Europe/Berlin".',
    ],
    [
      "hours that overlap",
      { 8: "    week: { mon: [13:00-17:00, 09:00-13:30] }" },
      '8:19 "13:00-17:00" overlaps "09:00-13:30": join them.',
    ],
    [
      "a night in one piece",
      { 8: "    week: { mon: [22:00-06:00] }" },
      '8:19 "22:00-06:00" ends before it begins. A night goes into two days: to 24:00, and from 00:00.',
    ],
    ["a holiday that is no day", { 9: "    holidays: [2026-02-30]" }, "9:16 2026-02-30 is not in the calendar."],
    [
      "a word without letters",
      { 21: '    when: { words: ["?!"] }' },
      '21:21 "?!" has no letter, digit or emoji that a text could be searched for.',
    ],
    [
      "open and closed",
      { 21: "    when: { open: office, closed: office }" },
      '21:27 A rule has either "open" or "closed": make two rules.',
    ],
    [
      "skills and steps",
      { 22: "    do: { skills: { en: 3 }, steps: [{ skills: { en: 3 } }] }" },
      '22:11 A rule has either "skills" or "steps": move the skills into the steps.',
    ],
    [
      "an end of the last step",
      { 22: "    do: { steps: [{ skills: { en: 3 }, expiresAfter: 1 min }] }" },
      "22:54 The last step has no end: remove it, or add a step after this one.",
    ],
    [
      "a first step without an end",
      { 22: "    do: { steps: [{ skills: { en: 5 } }, { skills: { en: 3 } }] }" },
      '22:19 Only the last step has no end: add "expiresAfter", counted from the arrival.',
    ],
    [
      "steps that end in another order",
      {
        22: "    do: { steps: [{ skills: { en: 5 }, expiresAfter: 2 min }, { skills: { en: 4 }, expiresAfter: 90 s }, { skills: {} }] }",
      },
      "22:98 Each step ends later than the one before: the times count from the arrival.",
    ],
    [
      "an offer that lapses at once",
      { 13: "      - { id: general, offerExpiresAfter: 0 s }" },
      "13:43 An offer that expires at once can't be accepted: give it some time.",
    ],
    [
      "the skill that stands for the language",
      { 15: "      - { id: agent-en, skills: { language: 3 }, units: 2 }" },
      '15:35 "language" stands for the message\'s language in rules, so no agent can have it: name the language, such as "en".',
    ],
  ])("%s", (_, changes, error) => expect(check(changed(changes)).errors).toContain(error));

  test.each([
    ["lookahead", "a(?=b)", "lookahead and lookbehind are not supported"],
    ["lookbehind", "(?<!a)b", "lookahead and lookbehind are not supported"],
    ["a back-reference", "(a)\\\\1", "references back to a group are not supported"],
    ["no end of a group", "(a", "see https://github.com/google/re2/wiki/Syntax"],
    ["too many repetitions", "a{2000}", "see https://github.com/google/re2/wiki/Syntax"],
  ])("a pattern with %s", (_, pattern, hint) => {
    const { errors } = check(changed({ 21: `    when: { pattern: "${pattern}" }` }));
    expect(errors).toEqual([
      expect.stringMatching(/^21:22 The pattern can't be used \(.+\)\. Patterns are RE2 expressions: /),
    ]);
    expect(errors[0]).toContain(hint);
  });
});

describe("warnings", () => {
  test.each<[string, Record<number, string>, string]>([
    [
      "a skill that nobody has",
      { 22: "    do: { skills: { sales: 1 } }" },
      "22:11 No agent has sales 1: such a conversation waits for ever.",
    ],
    [
      "a level that nobody has",
      { 22: "    do: { queue: general, skills: { de: 4 } }" },
      '22:27 No agent of the queue "general" has de 4: such a conversation waits for ever.',
    ],
    [
      "a language that nobody speaks",
      { 2: "languages: [en, de, fr]" },
      '22:27 No agent of the queue "general" has fr 3: such a conversation waits for ever.',
    ],
    [
      "a language that is never detected",
      { 2: "languages: [en, de, la]" },
      '2:21 No text is ever recognised as "la"; the detector tells ar, bn, de, el, en, es, fi, fr, he, hi, hu, it, ja, ko, nl, no, pl, pt, ro, ru, sv, th, tr, zh.',
    ],
    [
      "a queue without agents",
      { 13: "      - { id: general }\n      - { id: sales }", 15: `${lines[14]!.slice(0, -2)}, queues: [general] }` },
      '14:9 No agent works in the queue "sales": what goes there waits for ever.',
    ],
    [
      "a rule that is never reached",
      { 20: "  - { id: all, do: { queue: general }, stop: true }\n  - id: hello" },
      '21:5 The rule "hello" is never reached: "all" matches every message and stops.',
    ],
    ["a rule that does nothing", { 22: "    do: {}" }, '22:5 The rule "hello" does nothing.'],
    [
      "a reply that lacks a language",
      { 18: "  closed: { en: Closed. }" },
      '18:3 The reply "closed" has no text in de; "en" is sent there.',
    ],
    [
      "a weight above an agent's units",
      { 15: `${lines[14]!.slice(0, -2)}, weights: { sms: 3 } }` },
      '15:77 A conversation on sms takes 3 units, but "agent-en" has 2: they never get one.',
    ],
    ["hours that are never open", { 8: "    week: {}" }, '8:5 "office" is never open.'],
  ])("%s", (_, changes, warning) => {
    const { errors, warnings } = check(changed(changes));
    expect(errors).toEqual([]);
    expect(warnings).toContain(warning);
  });
});

test("all errors are told at once, in the order of the file, as file:line:column", () => {
  const text = changed({ 7: "    timeZone: Berlin", 16: "defaultQueue: sales", 22: "    do: { reply: opened }" });
  expect(() => checkConfiguration(text, "router.yaml")).toThrow(
    [
      'router.yaml:7:15: "Berlin" is no time zone: write its IANA name, such as "Europe/Berlin".',
      'router.yaml:16:15: There is no queue "sales". There are: general.',
      'router.yaml:22:18: There is no reply "opened". There are: closed.',
    ].join("\n"),
  );
});

test("loadConfiguration reads a file, and says which one it can't read", () => {
  const folder = mkdtempSync(join(tmpdir(), "switchyard-configuration-"));
  try {
    const file = join(folder, "router.yaml");
    expect(() => loadConfiguration(file)).toThrow(`${file}:1:1: The file can't be read: ENOENT`);
    writeFileSync(file, lines.join("\n"));
    expect(loadConfiguration(file).defaultQueueId).toBe("general");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
