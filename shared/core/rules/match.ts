import {
  anyFacet,
  anyScope,
  attributeFacet,
  channelScope,
  inboxScope,
  patternFacet,
  scopeKey,
  wordFacet,
  type AttributeValue,
  type CompiledRule,
  type CompiledRules,
} from "./compile.ts";
import { fold, wordsOf, type Words } from "./words.ts";
import type { RoutingRule } from "../configuration.ts";

/** What rules may ask about. */
export interface RuleSubject {
  channel: string;
  inboxId: string;
  text: string;
  language: string;
  attributes: Record<string, AttributeValue>;
  /** milliseconds since 1970 */
  now: number;
}

/** A subject with what is worked out of it once for all rules. */
interface Inspected extends RuleSubject {
  words: Words;
  /** where each word of the rules' vocabulary stands in `words` */
  places: Map<string, number[]>;
  patterns(): Set<number>;
}

/** The rules that match, in order, up to and including the first that stops. */
export function matchingRules(compiled: CompiledRules, subject: RuleSubject): RoutingRule[] {
  const inspected = inspect(compiled, subject);
  const matching: RoutingRule[] = [];
  for (const position of candidates(compiled, inspected)) {
    const candidate = compiled.rules[position]!;
    if (!matches(candidate, inspected)) continue;
    matching.push(candidate.rule);
    if (candidate.rule.stop) break;
  }
  return matching;
}

function inspect({ index, patterns }: CompiledRules, subject: RuleSubject): Inspected {
  const words = wordsOf(fold(subject.text));
  const places = new Map<string, number[]>();
  for (const [place, word] of words.entries()) {
    if (!index.vocabulary.has(word)) continue;
    const known = places.get(word);
    if (known) known.push(place);
    else places.set(word, [place]);
  }
  let found: Set<number> | undefined;
  return { ...subject, words, places, patterns: () => (found ??= patterns.matching(subject.text)) };
}

/** Positions of the rules of which the key holds, in order. */
function candidates({ index }: CompiledRules, subject: Inspected): Iterable<number> {
  const scopes = [inboxScope(subject.inboxId), channelScope(subject.channel), anyScope].flatMap((place) => [
    scopeKey(place, subject.language),
    scopeKey(place, anyScope),
  ]);
  const found = new Set<number>();
  const collect = (facet: string): void => {
    const byScope = index.rules.get(facet);
    if (!byScope) return;
    for (const scope of scopes) for (const position of byScope.get(scope) ?? []) found.add(position);
  };
  collect(anyFacet);
  for (const word of subject.places.keys()) collect(wordFacet(word));
  for (const [name, value] of Object.entries(subject.attributes)) collect(attributeFacet(name, value));
  for (const [key, { calendar, is }] of index.openKeys) if (calendar.isOpen(subject.now) === is) collect(key);
  if (index.hasPatternKeys) for (const pattern of subject.patterns()) collect(patternFacet(pattern));
  return Uint32Array.from(found).sort();
}

function matches(rule: CompiledRule, subject: Inspected): boolean {
  if (rule.channels && !rule.channels.has(subject.channel)) return false;
  if (rule.inboxes && !rule.inboxes.has(subject.inboxId)) return false;
  if (rule.languages && !rule.languages.has(subject.language)) return false;
  for (const [name, values] of rule.attributes) {
    if (!Object.hasOwn(subject.attributes, name) || !values.has(subject.attributes[name]!)) return false;
  }
  if (rule.open && rule.open.calendar.isOpen(subject.now) !== rule.open.is) return false;
  if (rule.phrases.length > 0 && !rule.phrases.some((phrase) => contains(subject, phrase))) return false;
  return rule.pattern === undefined || subject.patterns().has(rule.pattern);
}

function contains({ words, places }: Inspected, phrase: Words): boolean {
  const starts = places.get(phrase[0]!);
  if (!starts) return false;
  if (phrase.length === 1) return true;
  return starts.some((start) => phrase.every((word, offset) => words[start + offset] === word));
}
