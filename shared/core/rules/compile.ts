import { calendarOf, type Calendar } from "../hours.ts";
import { createPatterns, type Patterns } from "./patterns.ts";
import { phraseOf, type Words } from "./words.ts";
import type { Configuration, RoutingRule, RuleConditions } from "../configuration.ts";

/**
 * One rule with its conditions ready to be asked, and the key it is filed under: see `createIndex`.
 */
export interface CompiledRule {
  rule: RoutingRule;
  channels?: Set<string>;
  inboxes?: Set<string>;
  languages?: Set<string>;
  attributes: [name: string, values: Set<AttributeValue>][];
  phrases: Words[];
  /** into `patterns` */
  pattern?: number;
  open?: { calendar: Calendar; is: boolean; key: string };
}

export type AttributeValue = string | number | boolean;

/** A configuration's rules, prepared once so that a decision costs what matches and not what is written. */
export interface CompiledRules {
  config: Configuration;
  rules: CompiledRule[];
  index: RuleIndex;
  patterns: Patterns;
}

/**
 * Rules by something that must be true of a message for the rule to match (a facet: a word, an attribute's value …), then
 * by where and in what language it must have come (a scope). Values are positions in `rules`.
 */
export interface RuleIndex {
  rules: Map<string, Map<string, number[]>>;
  /** every word of every phrase: no other word of a text needs a look */
  vocabulary: Set<string>;
  /** the keys of opening hours that rules are filed under, and when each holds */
  openKeys: Map<string, NonNullable<CompiledRule["open"]>>;
  hasPatternKeys: boolean;
}

/** The facet of rules that have none. */
export const anyFacet = "*";
export const wordFacet = (word: string): string => `w:${word}`;
export const attributeFacet = (name: string, value: AttributeValue): string => `a:${name}=${typeof value}:${value}`;
export const patternFacet = (pattern: number): string => `p:${pattern}`;

export const anyScope = "*";
export const inboxScope = (inboxId: string): string => `i:${inboxId}`;
export const channelScope = (channel: string): string => `c:${channel}`;
export const scopeKey = (place: string, language: string): string => `${place}|${language}`;

export function compileRules(config: Configuration): CompiledRules {
  const patterns = createPatterns();
  const calendars = new Map(config.hours.map((hours) => [hours.id, calendarOf(hours)]));
  const rules = config.rules.map((rule) => compileRule(rule, calendars, patterns));
  return { config, rules, index: createIndex(rules), patterns };
}

function compileRule(rule: RoutingRule, calendars: Map<string, Calendar>, patterns: Patterns): CompiledRule {
  const { when } = rule;
  return {
    rule,
    channels: when.channels && new Set(when.channels),
    inboxes: when.inboxes && new Set(when.inboxes),
    languages: when.languages && new Set(when.languages),
    attributes: Object.entries(when.attributes ?? {}).map(([name, values]) => [name, new Set(values)]),
    phrases: (when.words ?? []).map(phraseOf),
    pattern: when.pattern === undefined ? undefined : patterns.add(when.pattern),
    open: when.open && openingOf(rule.id, when.open, calendars),
  };
}

function openingOf(
  ruleId: string,
  { hours, is }: NonNullable<RuleConditions["open"]>,
  calendars: Map<string, Calendar>,
): CompiledRule["open"] {
  const calendar = calendars.get(hours);
  if (!calendar) throw new RangeError(`Rule "${ruleId}" asks for the hours "${hours}", which the configuration lacks.`);
  return { calendar, is, key: `o:${hours}=${is}` };
}

function createIndex(rules: CompiledRule[]): RuleIndex {
  const counts = countFacets(rules);
  const index: RuleIndex = { rules: new Map(), vocabulary: new Set(), openKeys: new Map(), hasPatternKeys: false };
  for (const [position, rule] of rules.entries()) {
    for (const phrase of rule.phrases) for (const word of phrase) index.vocabulary.add(word);
    const facets = cheapestFacets(rule, counts);
    if (rule.open && facets.includes(rule.open.key)) index.openKeys.set(rule.open.key, rule.open);
    if (rule.pattern !== undefined && facets.includes(patternFacet(rule.pattern))) index.hasPatternKeys = true;
    for (const facet of new Set(facets)) file(index.rules, facet, rule, position);
  }
  return index;
}

function file(index: RuleIndex["rules"], facet: string, rule: CompiledRule, position: number): void {
  const scopes = index.get(facet) ?? new Map<string, number[]>();
  index.set(facet, scopes);
  for (const scope of scopesOf(rule)) {
    const positions = scopes.get(scope);
    if (positions) positions.push(position);
    else scopes.set(scope, [position]);
  }
}

function scopesOf({ inboxes, channels, languages }: CompiledRule): string[] {
  const places = inboxes ? [...inboxes].map(inboxScope) : channels ? [...channels].map(channelScope) : [anyScope];
  const spoken = languages ? [...languages] : [anyScope];
  return places.flatMap((place) => spoken.map((language) => scopeKey(place, language)));
}

function countFacets(rules: CompiledRule[]): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const rule of rules) {
    for (const phrase of rule.phrases) for (const word of new Set(phrase)) count(wordFacet(word));
    for (const [name, values] of rule.attributes) for (const value of values) count(attributeFacet(name, value));
    if (rule.open) count(rule.open.key);
  }
  return counts;
}

/** How likely a facet of each kind is to be true of a message, roughly: what makes one a better key than another. */
const likelihood = { word: 0.1, attribute: 0.1, pattern: 0.2, open: 0.5 };

/** The facets of which one must hold for the rule to match, chosen so that the fewest rules are looked at in vain. */
function cheapestFacets(rule: CompiledRule, counts: Map<string, number>): string[] {
  const countOf = (facet: string) => counts.get(facet) ?? 1;
  const rarest = (phrase: Words) =>
    phrase
      .filter((word) => word !== "")
      .map(wordFacet)
      .reduce((one, other) => (countOf(other) < countOf(one) ? other : one));
  const options: { facets: string[]; weight: number }[] = [];
  if (rule.phrases.length > 0) options.push({ facets: rule.phrases.map(rarest), weight: likelihood.word });
  for (const [name, values] of rule.attributes) {
    options.push({ facets: [...values].map((value) => attributeFacet(name, value)), weight: likelihood.attribute });
  }
  if (rule.pattern !== undefined) options.push({ facets: [patternFacet(rule.pattern)], weight: likelihood.pattern });
  if (rule.open) options.push({ facets: [rule.open.key], weight: likelihood.open });
  if (options.length === 0) return [anyFacet];
  const costOf = ({ facets, weight }: (typeof options)[number]) =>
    weight * facets.reduce((sum, facet) => sum + countOf(facet), 0);
  return options.reduce((one, other) => (costOf(other) < costOf(one) ? other : one)).facets;
}
