import { phraseOf, type Words } from "./words.ts";
import type { RuleConditions } from "../configuration.ts";
import type { Calendar } from "../hours.ts";
import type { Patterns } from "./patterns.ts";
import type { AttributeValue, InspectedSubject } from "./subject.ts";

/** Something that can be looked up for a message without going through the rules. */
export type RuleKey =
  | { kind: "word"; word: string; phrase: Words; offset: number }
  | { kind: "attribute"; name: string; value: AttributeValue }
  | { kind: "pattern"; pattern: number }
  | { kind: "opening"; id: string; calendar: Calendar; is: boolean };

/** One condition of a rule: how it is asked, and the keys of which at least one holds whenever it does. */
export interface Condition {
  holds(subject: InspectedSubject): boolean;
  keys: RuleKey[];
}

/** How often a word occurs in the phrases of all rules. */
export type WordCounts = Map<string, number>;

/** Conditions other than where a message came and in what language: those are the scope that a rule is filed in. */
export function conditionsOf(
  when: RuleConditions,
  calendars: Map<string, Calendar>,
  patterns: Patterns,
  wordCounts: WordCounts,
): Condition[] {
  const conditions: Condition[] = [];
  if (when.words) conditions.push(wordsCondition(when.words.map(phraseOf), wordCounts));
  for (const [name, values] of Object.entries(when.attributes ?? {})) {
    conditions.push(attributeCondition(name, values));
  }
  if (when.pattern !== undefined) conditions.push(patternCondition(patterns.add(when.pattern)));
  if (when.open) conditions.push(openingCondition(when.open, calendars));
  return conditions;
}

/** A phrase is looked up by the word that the fewest rules have. */
function wordsCondition(phrases: Words[], counts: WordCounts): Condition {
  return {
    holds: ({ words }) => phrases.some((phrase) => words.some((_, start) => standsAt(words, start, phrase))),
    keys: phrases.map((phrase) => {
      const countOf = (word: string) => (word === "" ? Infinity : (counts.get(word) ?? 0));
      const word = phrase.reduce((one, other) => (countOf(other) < countOf(one) ? other : one));
      return { kind: "word", word, phrase, offset: phrase.indexOf(word) };
    }),
  };
}

export function standsAt(words: Words, start: number, phrase: Words): boolean {
  for (let offset = 0; offset < phrase.length; offset += 1) {
    if (words[start + offset] !== phrase[offset]) return false;
  }
  return true;
}

const attributeCondition = (name: string, values: AttributeValue[]): Condition => ({
  holds: ({ attributes }) => Object.hasOwn(attributes, name) && values.includes(attributes[name]!),
  keys: values.map((value) => ({ kind: "attribute", name, value })),
});

const patternCondition = (pattern: number): Condition => ({
  holds: (subject) => subject.patterns().has(pattern),
  keys: [{ kind: "pattern", pattern }],
});

function openingCondition(
  { hours, is }: NonNullable<RuleConditions["open"]>,
  calendars: Map<string, Calendar>,
): Condition {
  const calendar = calendars.get(hours);
  if (!calendar) throw new RangeError(`A rule asks for the hours "${hours}", which the configuration lacks.`);
  return {
    holds: ({ now }) => calendar.isOpen(now) === is,
    keys: [{ kind: "opening", id: `${hours}=${is}`, calendar, is }],
  };
}
