import { limits } from "../../core/limits.ts";
import { beginningOf, readable } from "../../core/text.ts";
import { readLetter } from "./html/letter.ts";
import { isEmptyLine, linesOf, type Line } from "./reply/line.ts";
import { visibleLines } from "./reply/visible.ts";

/** What a mail says, and what of it is new. */
export interface Letter {
  /** without what was quoted */
  text: string;
  /** with what was quoted; absent where nothing was */
  fullText?: string;
  isCut: boolean;
}

export interface LetterParts {
  plain?: string;
  html?: string;
  /** it passes another mail on: nothing in it is left out */
  isForward: boolean;
}

/**
 * Reads a letter from its plain text, else from its HTML. Where the plain text does not show what is quoted and the
 * HTML's markup does, the HTML is read.
 */
export function readParts({ plain = "", html = "", isForward }: LetterParts): Letter {
  const written = plain.trim() === "" ? undefined : fromLines(linesOf(bounded(plain)), isForward);
  const isCut = plain.length > limits.maxMailTextCharacters;
  if (written?.fullText !== undefined || html === "") return { text: "", ...written, isCut };
  const laidOut = readLetter(html);
  const shown = fromLines(laidOut.lines, isForward);
  if (written && shown.fullText === undefined) return { ...written, isCut };
  return { ...shown, isCut: isCut || laidOut.isCut };
}

const bounded = (text: string): string => beginningOf(text, limits.maxMailTextCharacters);

function fromLines(lines: Line[], isForward: boolean): Pick<Letter, "text" | "fullText"> {
  const visible = isForward ? lines : visibleLines(lines);
  const text = textOf(visible);
  return visible.length === lines.length ? { text } : withFull(text, textOf(lines));
}

const withFull = (text: string, fullText: string) => (text === fullText ? { text } : { text, fullText });

/** At most two empty lines in a row, none at either end; what only markup shows as quoted is marked as in plain text. */
function textOf(lines: Line[]): string {
  const kept: string[] = [];
  let empty = 0;
  for (const line of lines) {
    empty = isEmptyLine(line) ? empty + 1 : 0;
    if (empty > 2 || (empty > 0 && kept.length === 0)) continue;
    const isMarked = !line.isQuoted || /^ {0,3}[>＞]/.test(line.text);
    kept.push(empty > 0 ? "" : isMarked ? line.text : `> ${line.text}`);
  }
  return readable(kept.join("\n")).trimEnd();
}
