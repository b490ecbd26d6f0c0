import { RE2Set } from "re2js";

/** Regular expressions of rules: all of them are tried in one pass over a text, in time that is linear in its length. */
export interface Patterns {
  /** @returns its number; the same expression has the same number */
  add(pattern: string): number;
  /** @returns the numbers of those that are found anywhere in the text */
  matching(text: string): Set<number>;
}

/** Larger sets outgrow the memory of one automaton, and are slower than two that fit. */
const patternsInSet = 500;

export function createPatterns(): Patterns {
  const numbers = new Map<string, number>();
  let sets: RE2Set[] | undefined;
  return {
    add(pattern) {
      const known = numbers.get(pattern);
      if (known !== undefined) return known;
      numbers.set(pattern, numbers.size);
      sets = undefined;
      return numbers.size - 1;
    },
    matching(text) {
      sets ??= buildSets([...numbers.keys()]);
      return new Set(sets.flatMap((set, number) => set.match(text).map((found) => number * patternsInSet + found)));
    },
  };
}

function buildSets(patterns: string[]): RE2Set[] {
  const sets: RE2Set[] = [];
  for (const [number, pattern] of patterns.entries()) {
    const position = Math.floor(number / patternsInSet);
    (sets[position] ??= new RE2Set()).add(pattern);
  }
  return sets;
}
