import { limits } from "../shared/core/limits.ts";
import { beginningOf, byteLength } from "../shared/core/text.ts";

/**
 * Whether Lambda can hand on an answer of this body. It hands it on within JSON, so that what stands in the body as a quote
 * or a line break, by JSON of our own already, is escaped once more.
 */
export const fitsAnswer = (body: string): boolean => byteLength(JSON.stringify(body)) <= limits.maxAnswerBytes;

const keptEachTime = 0.8;

/** As much of a text's beginning as an answer can hold. @param bodyOf the answer's body with that text */
export function fitting(text: string, bodyOf: (text: string) => string): string {
  let kept = text;
  while (!fitsAnswer(bodyOf(kept))) kept = beginningOf(kept, Math.floor(kept.length * keptEachTime));
  return kept;
}
