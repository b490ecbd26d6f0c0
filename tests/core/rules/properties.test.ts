import * as fc from "fast-check";
import { RE2JS } from "re2js";
import { expect, test } from "vitest";
import type { RoutingRule, RuleConditions } from "../../../shared/core/configuration.ts";
import { calendarOf } from "../../../shared/core/hours.ts";
import { compileRules } from "../../../shared/core/rules/compile.ts";
import { decide } from "../../../shared/core/rules/decide.ts";
import { matchingRules } from "../../../shared/core/rules/match.ts";
import type { RuleSubject } from "../../../shared/core/rules/subject.ts";
import { fold, phraseOf, wordsOf } from "../../../shared/core/rules/words.ts";
import { configurationWith, inbound, routingFacts, wednesdayMorning } from "./samples.ts";

const someWords = ["red", "blue", "green", "退", "款", "rot"];
const text = fc
  .array(fc.constantFrom(...someWords, ".", "AB-1", "ab"), { maxLength: 12 })
  .map((parts) => parts.join(" "));
const phrase = fc.array(fc.constantFrom(...someWords), { minLength: 1, maxLength: 3 }).map((words) => words.join(" "));
const listOf = <Value>(values: Value[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });

const conditions: fc.Arbitrary<RuleConditions> = fc.record(
  {
    channels: listOf(["sms", "web"]),
    inboxes: listOf(["sms-main", "sms-second", "web"]),
    languages: listOf(["en", "de", "zh"]),
    words: fc.array(phrase, { minLength: 1, maxLength: 3 }),
    pattern: fc.constantFrom("AB-\\d", "(?i)ab", "^red", "\\bblue\\b", "款$", "r.*d"),
    attributes: fc.record(
      { tier: listOf(["gold", "silver"]), orders: listOf([1, 2]), vip: listOf([true]) },
      { requiredKeys: [] },
    ),
    open: fc.record({ hours: fc.constant("office"), is: fc.boolean() }),
  },
  { requiredKeys: [] },
);

const rules = fc
  .array(fc.record({ when: conditions, stop: fc.boolean().map((stop) => stop) }), { maxLength: 30 })
  .map((list) =>
    list.map(({ when, stop }, position): RoutingRule => ({
      id: `r${position}`,
      when,
      do: {},
      stop: stop && position % 5 === 0,
    })),
  );

const subject: fc.Arbitrary<RuleSubject> = fc.record({
  channel: fc.constantFrom("sms", "web"),
  inboxId: fc.constantFrom("sms-main", "sms-second", "web"),
  text,
  language: fc.constantFrom("en", "de", "zh"),
  attributes: fc.record(
    { tier: fc.constantFrom("gold", "silver", "bronze"), orders: fc.constantFrom(1, 2, 3), vip: fc.boolean() },
    { requiredKeys: [] },
  ),
  now: fc.integer({ min: 0, max: 14 * 24 }).map((hours) => wednesdayMorning + hours * 3_600_000),
});

/** The meaning of rules without any index: each in turn, each condition by itself. */
function oneByOne(list: RoutingRule[], asked: RuleSubject): string[] {
  const office = calendarOf(configurationWith([]).hours[0]!);
  const said = ` ${wordsOf(fold(asked.text)).join(" ")} `;
  const matches = ({ when }: RoutingRule): boolean =>
    (when.channels?.includes(asked.channel) ?? true) &&
    (when.inboxes?.includes(asked.inboxId) ?? true) &&
    (when.languages?.includes(asked.language) ?? true) &&
    (when.words?.some((words) => said.includes(` ${phraseOf(words).join(" ")} `)) ?? true) &&
    (when.pattern === undefined || RE2JS.compile(when.pattern).matcher(asked.text).find()) &&
    Object.entries(when.attributes ?? {}).every(([name, values]) => values.includes(asked.attributes[name]!)) &&
    (when.open === undefined || office.isOpen(asked.now) === when.open.is);
  const matching = list.filter(matches);
  const stop = matching.findIndex((rule) => rule.stop);
  return (stop < 0 ? matching : matching.slice(0, stop + 1)).map(({ id }) => id);
}

test("the index finds exactly the rules that a loop over all of them finds, in their order", () => {
  fc.assert(
    fc.property(rules, fc.array(subject, { minLength: 1, maxLength: 5 }), (list, subjects) => {
      const compiled = compileRules(configurationWith(list));
      for (const asked of subjects) {
        expect(matchingRules(compiled, asked).map(({ id }) => id)).toEqual(oneByOne(list, asked));
      }
    }),
    { numRuns: 1_000 },
  );
});

test("many patterns are found together as each is found alone", () => {
  const patterns = Array.from({ length: 1_200 }, (_, number) => `\\bitem-${number}\\b`);
  const list = patterns.map((pattern, number): RoutingRule => ({
    id: `r${number}`,
    when: { pattern },
    do: {},
    stop: false,
  }));
  const asked = {
    channel: "sms",
    inboxId: "web",
    language: "en",
    attributes: {},
    now: 0,
    text: "item-3, item-700 and item-1199",
  };
  const found = matchingRules(compileRules(configurationWith(list)), asked);
  expect(found.map(({ id }) => id)).toEqual(["r3", "r700", "r1199"]);
});

test("the same inputs give the same decision, whatever was decided before", () => {
  fc.assert(
    fc.property(rules, fc.array(subject, { minLength: 2, maxLength: 6 }), (list, subjects) => {
      const config = configurationWith(list);
      const used = compileRules(config);
      const decideFor = (
        compiled: typeof used,
        { channel, inboxId, text: said, language, attributes, now }: RuleSubject,
      ) =>
        decide(
          inbound({ channel, inboxId, text: said }),
          routingFacts({ language, customer: { version: 1, attributes } }),
          compiled,
          now,
        );
      const first = subjects.map((asked) => decideFor(used, asked));
      expect(subjects.toReversed().map((asked) => decideFor(used, asked))).toEqual(first.toReversed());
      expect(subjects.map((asked) => decideFor(compileRules(structuredClone(config)), asked))).toEqual(first);
    }),
  );
});

test("no text makes a decision fail", () => {
  const list: RoutingRule[] = [
    { id: "words", when: { words: ["red", "退款"] }, do: {}, stop: false },
    { id: "pattern", when: { pattern: "\\p{L}+x" }, do: {}, stop: false },
  ];
  const compiled = compileRules(configurationWith(list));
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (said) => {
      expect(decide(inbound({ text: said }), routingFacts(), compiled, wednesdayMorning).kind).toBe("route");
    }),
  );
});
