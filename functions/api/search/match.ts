import type { AnswerOf } from "../../../shared/api/route.ts";
import type { Operations } from "../../../shared/api/contract.ts";
import { fold } from "../../../shared/core/rules/words.ts";
import { limits } from "../../../shared/core/limits.ts";

export type MatchedField = AnswerOf<Operations["search"]>["items"][number]["matched"][number];

/** A text as it was written and as it is compared. */
export interface FoldedText {
  written: string;
  folded: string;
}

export const foldedText = (written: string): FoldedText => ({ written, folded: fold(written) });

/** What a search looks at, by field, in the order in which a match is shown. */
export type Searchable = Record<MatchedField, FoldedText[]>;

const fields: MatchedField[] = ["text", "subject", "name", "address", "tag"];

/** What is looked for: all of these words, each anywhere and in part. */
export function termsOf(query: string): string[] {
  const folded = fold(query).trim();
  const isNumber = /^\+?[\d\s()/.-]{4,}$/.test(folded);
  return isNumber ? [folded.replaceAll(/[^\d+]/g, "")] : [...new Set(folded.split(/\s+/).filter(Boolean))];
}

export interface Match {
  matched: MatchedField[];
  excerpt: string;
}

/** @returns undefined unless each term is in one of the fields */
export function matchOf(searchable: Searchable, terms: string[]): Match | undefined {
  const matched = new Set<MatchedField>();
  let excerpt: string | undefined;
  for (const term of terms) {
    let isFound = false;
    for (const field of fields) {
      const found = searchable[field].find(({ folded }) => folded.includes(term));
      if (!found) continue;
      isFound = true;
      matched.add(field);
      excerpt ??= excerptOf(found, term);
    }
    if (!isFound) return undefined;
  }
  return excerpt === undefined ? undefined : { matched: [...matched], excerpt };
}

/** The words around the first place where the term is, in one line. */
function excerptOf({ written, folded }: FoldedText, term: string): string {
  const start = writtenPosition(written, folded, folded.indexOf(term));
  const before = Math.floor((limits.searchExcerptCharacters - term.length) / 2);
  const from = Math.max(0, Math.min(start - before, written.length - limits.searchExcerptCharacters));
  const to = from + limits.searchExcerptCharacters;
  const inside = written.slice(from, to).toWellFormed().replaceAll(/\s+/g, " ").trim();
  return `${from > 0 ? "…" : ""}${inside}${to < written.length ? "…" : ""}`;
}

/**
 * Folding can change a text's length, so a position in the folded text is looked for in the written one: the longest
 * beginning that folds to no more than what stands before it.
 */
function writtenPosition(written: string, folded: string, position: number): number {
  if (written.length === folded.length) return position;
  let [low, high] = [0, written.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fold(written.slice(0, middle)).length <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
