import { limits } from "../../core/limits.ts";
import { beginningOf } from "../../core/text.ts";

/**
 * What mail programs put before the subject of an answer, by language. Forwarding prefixes stay: what was forwarded is a
 * matter of its own.
 */
const answerWords =
  "re|r|ref|aw|antw|antwort|antwoord|sv|vs|ynt|odp|odg|res|rif|bls|atb|hv|vl|vá|να|απ|σχετ|отв|ответ|回复|回覆|答复|答覆|回信|返信|답장|회신";
const answerPrefix = new RegExp(
  `^(?:${answerWords})\\s{0,3}(?:\\[\\d{1,3}\\]|\\(\\d{1,3}\\)|\\^\\d{1,3}|\\*\\d{1,3})?\\s{0,3}[:：]\\s*`,
  "iu",
);
/** More than this many are no person's doing. */
const mostPrefixes = 50;

/** The subject without the prefixes of answers, on one line. */
export function cleanSubject(subject: string): string {
  let rest = beginningOf(subject.toWellFormed(), limits.maxMailSubjectCharacters * 2)
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim();
  for (let count = 0; count < mostPrefixes; count += 1) {
    const shorter = rest.replace(answerPrefix, "");
    if (shorter === rest) break;
    rest = shorter;
  }
  return beginningOf(rest.trim(), limits.maxMailSubjectCharacters);
}

const forwardPrefix =
  /^(?:fwd?|wg|weitergeleitet|tr|rv|enc|i|inoltra|doorst|vb|vs fwd|pd|továbbítás|ilt|trs|转发|轉寄|轉發|転送|전달|пересл)\s{0,3}[:：]/iu;

/** The mail passes another one on. */
export const isForwardSubject = (subject: string): boolean => forwardPrefix.test(cleanSubject(subject));
