import { standsAt, type RuleKey } from "./conditions.ts";
import type { RuleConditions } from "../configuration.ts";
import type { Calendar } from "../hours.ts";
import type { AttributeValue, InspectedSubject } from "./subject.ts";
import type { Words } from "./words.ts";

/** Positions of rules by scope: the inbox or channel and the language that they are limited to. */
type Posting = Map<string, number[]>;

/** Rules that are filed under one of the words of a phrase. */
interface PhrasePosting {
  phrase: Words;
  /** of the word in the phrase */
  offset: number;
  rules: Posting;
}

/**
 * The rules, each filed under the keys of one of its conditions and, below that, under its scope. What is not found
 * under a message's own words, attributes, patterns and hours can't match it.
 */
export interface RuleIndex {
  /** rules without any condition but their scope */
  unconditional: Posting;
  words: Map<string, { alone: Posting; phrases: PhrasePosting[] }>;
  attributes: Map<string, Map<AttributeValue, Posting>>;
  openings: Map<string, { calendar: Calendar; is: boolean; rules: Posting }>;
  patterns: Map<number, Posting>;
}

export const createIndex = (): RuleIndex => ({
  unconditional: new Map(),
  words: new Map(),
  attributes: new Map(),
  openings: new Map(),
  patterns: new Map(),
});

const anywhere = "*";
const inboxPlace = (inboxId: string): string => `inbox ${inboxId}`;
const channelPlace = (channel: string): string => `channel ${channel}`;
const scope = (place: string, language: string): string => `${place} ${language}`;

function scopesOf({ inboxes, channels, languages }: RuleConditions): string[] {
  const places = inboxes?.map(inboxPlace) ?? channels?.map(channelPlace) ?? [anywhere];
  return places.flatMap((place) => (languages ?? [anywhere]).map((language) => scope(place, language)));
}

/** @param keys one of them holds whenever the rule matches; none: the scope alone decides */
export function fileRule(index: RuleIndex, position: number, when: RuleConditions, keys: RuleKey[]): void {
  const postings = keys.length === 0 ? [index.unconditional] : keys.map((key) => postingOf(index, key));
  for (const posting of new Set(postings)) {
    for (const name of new Set(scopesOf(when))) getOrInsert(posting, name, () => []).push(position);
  }
}

function postingOf(index: RuleIndex, key: RuleKey): Posting {
  switch (key.kind) {
    case "word": {
      const { alone, phrases } = getOrInsert(index.words, key.word, () => ({ alone: new Map(), phrases: [] }));
      if (key.phrase.length === 1) return alone;
      const rules: Posting = new Map();
      phrases.push({ phrase: key.phrase, offset: key.offset, rules });
      return rules;
    }
    case "attribute":
      return getOrInsert(
        getOrInsert(index.attributes, key.name, () => new Map()),
        key.value,
        () => new Map(),
      );
    case "opening":
      return getOrInsert(index.openings, key.id, () => ({ calendar: key.calendar, is: key.is, rules: new Map() }))
        .rules;
    case "pattern":
      return getOrInsert(index.patterns, key.pattern, () => new Map());
  }
}

function getOrInsert<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = create();
  map.set(key, value);
  return value;
}

/** Positions of the rules of which key and scope hold, in order; one that is filed under several keys may come repeatedly. */
export function candidates(index: RuleIndex, subject: InspectedSubject): Uint32Array {
  const places = [inboxPlace(subject.inboxId), channelPlace(subject.channel), anywhere];
  const scopes = places.flatMap((place) => [scope(place, subject.language), scope(place, anywhere)]);
  const found: number[] = [];
  const collect = (posting: Posting | undefined): void => {
    if (!posting) return;
    for (const name of scopes) {
      const positions = posting.get(name);
      if (positions) for (const position of positions) found.push(position);
    }
  };
  collect(index.unconditional);
  collectByWords(index, subject.words, collect);
  for (const name in subject.attributes) {
    if (Object.hasOwn(subject.attributes, name)) collect(index.attributes.get(name)?.get(subject.attributes[name]!));
  }
  for (const { calendar, is, rules } of index.openings.values())
    if (calendar.isOpen(subject.now) === is) collect(rules);
  if (index.patterns.size > 0) for (const pattern of subject.patterns()) collect(index.patterns.get(pattern));
  return Uint32Array.from(found).toSorted();
}

function collectByWords(index: RuleIndex, words: Words, collect: (posting: Posting) => void): void {
  const seen = new Set<string>();
  for (let place = 0; place < words.length; place += 1) {
    const word = words[place]!;
    const filed = index.words.get(word);
    if (!filed) continue;
    for (const { phrase, offset, rules } of filed.phrases) {
      if (standsAt(words, place - offset, phrase)) collect(rules);
    }
    if (seen.has(word)) continue;
    seen.add(word);
    collect(filed.alone);
  }
}
