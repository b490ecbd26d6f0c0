import { calendarOf } from "../hours.ts";
import { conditionsOf, type Condition, type WordCounts } from "./conditions.ts";
import { createIndex, fileRule, type RuleIndex } from "./ruleIndex.ts";
import { createPatterns, type Patterns } from "./patterns.ts";
import { phraseOf } from "./words.ts";
import type { Configuration, RoutingRule } from "../configuration.ts";
import type { InspectedSubject } from "./subject.ts";

/** A rule with what remains to be asked when the index has found it. */
export interface CompiledRule {
  rule: RoutingRule;
  remaining: ((subject: InspectedSubject) => boolean)[];
}

/** A configuration's rules, prepared once so that a decision costs what matches and not what is written. */
export interface CompiledRules {
  config: Configuration;
  rules: CompiledRule[];
  index: RuleIndex;
  patterns: Patterns;
}

export function compileRules(config: Configuration): CompiledRules {
  const patterns = createPatterns();
  const calendars = new Map(config.hours.map((hours) => [hours.id, calendarOf(hours)]));
  const wordCounts = countWords(config.rules);
  const conditions = config.rules.map((rule) => conditionsOf(rule.when, calendars, patterns, wordCounts));
  const keyCounts = countKeys(conditions.flat());
  const index = createIndex();
  const rules = config.rules.map((rule, position) => {
    const cheapest = conditions[position]!.toSorted(
      (one, other) => costOf(one, keyCounts) - costOf(other, keyCounts),
    )[0];
    fileRule(index, position, rule.when, cheapest?.keys ?? []);
    const remaining = conditions[position]!.filter((condition) => condition !== cheapest).map(({ holds }) => holds);
    const { inboxes, channels } = rule.when;
    if (inboxes && channels) remaining.push(({ channel }) => channels.includes(channel));
    return { rule, remaining };
  });
  return { config, rules, index, patterns };
}

function countWords(rules: RoutingRule[]): WordCounts {
  const words = rules.flatMap(({ when }) => (when.words ?? []).flatMap((phrase) => [...new Set(phraseOf(phrase))]));
  return countEach(words);
}

const countKeys = (conditions: Condition[]): Map<string, number> =>
  countEach(conditions.flatMap(({ keys }) => keys.map(nameOf)));

function countEach(names: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function nameOf(key: Condition["keys"][number]): string {
  switch (key.kind) {
    case "word":
      return `word ${key.word}`;
    case "attribute":
      return `attribute ${key.name} ${typeof key.value} ${key.value}`;
    case "pattern":
      return `pattern ${key.pattern}`;
    case "opening":
      return `opening ${key.id}`;
  }
}

/** Roughly how likely a key of each kind is to be found in a message: what makes one better to file a rule under. */
const likelihood = { word: 0.1, attribute: 0.1, pattern: 0.2, opening: 0.5 };

/** How many rules are likely to be looked at where a rule is filed under this condition. */
const costOf = ({ keys }: Condition, counts: Map<string, number>): number =>
  keys.reduce((sum, key) => sum + likelihood[key.kind] * (counts.get(nameOf(key)) ?? 0), 0);
