import { limits } from "../limits.ts";
import { fold, wordsOf, type Words } from "./words.ts";
import type { Patterns } from "./patterns.ts";

export type AttributeValue = string | number | boolean;

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
export interface InspectedSubject extends RuleSubject {
  words: Words;
  /** numbers of the patterns that are found in the text; worked out when first asked */
  patterns(): Set<number>;
}

export function inspect(subject: RuleSubject, patterns: Patterns): InspectedSubject {
  const text = subject.text.slice(0, limits.maxRuleTextCharacters);
  let found: Set<number> | undefined;
  return { ...subject, text, words: wordsOf(fold(text)), patterns: () => (found ??= patterns.matching(text)) };
}
