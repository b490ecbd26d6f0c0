import { describe, expect, test } from "vitest";
import { changed, check, lines } from "./samples.ts";

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
      '4:44 "5005550006" is not a number in E.164 form, such as "+15005550006", or a short code of 3 to 8 digits.',
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
