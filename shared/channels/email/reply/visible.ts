import { attributionAt } from "./attribution.ts";
import { isHeaderBlock } from "./header-block.ts";
import { isEmptyLine, type Line } from "./line.ts";
import { isForwardMark, isOriginalMark, isRule } from "./separator.ts";

type Kind = "empty" | "text" | "quoted" | "attribution" | "earlier" | "forward";

/** So many quoted lines at the end are an earlier mail, even where nothing introduces them. */
const leastQuotedLines = 3;

/**
 * The lines of a letter that are new in it, apart from what it quotes. Signatures stay: they are the sender's own words.
 *
 * An earlier mail that is announced ("Original Message", a block of headers) ends the letter. A quote goes with the line
 * that introduces it, above the answer or below; but where an answer stands between quotes, each is needed to understand
 * the other, and all stays. So does a mail that was passed on, and one of which nothing would be left.
 */
export function visibleLines(lines: Line[]): Line[] {
  const kinds = kindsOf(lines);
  const end = endOfLetter(lines, kinds);
  if (end === undefined) return lines;
  const own = kinds.slice(0, end);
  const kept = withoutRanges(lines.slice(0, end), quotesToCut(own));
  return kept.some((line) => !isEmptyLine(line)) ? kept : lines;
}

/** Where an answer stands between quotes, only the one that ends the letter with an introduction of its own is not part of it. */
function quotesToCut(kinds: Kind[]): Range[] {
  const quotes = quotesIn(kinds);
  const isInterleaved = quotes.some(
    (quote, index) => index > 0 && kinds.slice(quotes[index - 1]!.end, quote.start).includes("text"),
  );
  if (!isInterleaved) return quotes.filter(({ isEarlierMail }) => isEarlierMail);
  const last = quotes.at(-1)!;
  const endsLetter = kinds[last.start] === "attribution" && !kinds.slice(last.end).includes("text");
  return endsLetter ? [last] : [];
}

function kindsOf(lines: Line[]): Kind[] {
  const kinds: Kind[] = [];
  while (kinds.length < lines.length) {
    const at = kinds.length;
    const line = lines[at]!;
    const introduced = line.isQuoted && line.mark === undefined ? 0 : attributionAt(lines, at);
    if (isForwardMark(line)) kinds.push("forward");
    else if (introduced > 0) for (let count = 0; count < introduced; count += 1) kinds.push("attribution");
    else kinds.push(kindOf(lines, at));
  }
  return kinds;
}

function kindOf(lines: Line[], at: number): Kind {
  const line = lines[at]!;
  if (line.mark === "earlier") return "earlier";
  if (line.isQuoted) return "quoted";
  if (isEmptyLine(line)) return "empty";
  return isOriginalMark(line) || isHeaderBlock(lines, at) ? "earlier" : "text";
}

/** Where an earlier mail begins that goes on to the end; undefined where the letter passes one on. */
function endOfLetter(lines: Line[], kinds: Kind[]): number | undefined {
  const forward = kinds.indexOf("forward");
  const earlier = kinds.indexOf("earlier");
  const quote = kinds.findIndex((kind) => kind === "attribution" || kind === "quoted");
  if (forward !== -1 && (earlier === -1 || forward < earlier) && (quote === -1 || forward < quote)) return undefined;
  if (earlier === -1) return kinds.length;
  let end = earlier;
  while (end > 0 && (kinds[end - 1] === "empty" || isRule(lines[end - 1]!))) end -= 1;
  return end;
}

interface Range {
  start: number;
  end: number;
}

interface Quote extends Range {
  /** it is introduced, or too long for a line that somebody cites */
  isEarlierMail: boolean;
}

function withoutRanges(lines: Line[], ranges: Range[]): Line[] {
  const starts = [...ranges.map(({ start }) => start), lines.length];
  const ends = [0, ...ranges.map(({ end }) => end)];
  return ends.flatMap((end, index) => lines.slice(end, starts[index]));
}

/** Quoted lines with what introduces them; and a line that introduces something with all after it where no mark shows which lines are quoted. */
function quotesIn(kinds: Kind[]): Quote[] {
  const quotes: Quote[] = [];
  for (let at = 0; at < kinds.length; at += 1) {
    const kind = kinds[at]!;
    if (kind !== "attribution" && kind !== "quoted") continue;
    const start = at;
    while (kinds[at] === "attribution") at += 1;
    while (kinds[at] === "empty") at += 1;
    const end = endOfQuoted(kinds, at);
    const quotedLines = end - at;
    if (quotedLines === 0) return [...quotes, { start, end: kinds.length, isEarlierMail: true }];
    quotes.push({ start, end, isEarlierMail: kind === "attribution" || quotedLines >= leastQuotedLines });
    at = end - 1;
  }
  return quotes;
}

/** Empty lines between quoted ones are quoted, too. */
function endOfQuoted(kinds: Kind[], start: number): number {
  let end = start;
  for (let at = start; kinds[at] === "quoted" || kinds[at] === "empty"; at += 1)
    if (kinds[at] === "quoted") end = at + 1;
  return end;
}
