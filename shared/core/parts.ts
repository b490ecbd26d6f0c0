import { mediaTypeOf, type Capabilities, type MediaLimits, type TextLimits } from "./capabilities.ts";
import type { FileFacts } from "./gate/facts.ts";
import type { TemplateUse } from "./message.ts";
import { byteLength, graphemesOf } from "./text.ts";

/** What is to be said at once. */
export interface WholeReply {
  text: string;
  files: Pick<FileFacts, "contentType" | "bytes">[];
  template?: TemplateUse;
  quickReplies: string[];
}

/** One message of those that it goes out as. */
export interface ReplyPart {
  text: string;
  /** places among the reply's files */
  files: number[];
  quickReplies: string[];
}

type Limits = Pick<Capabilities, "text" | "media" | "quickReplies">;

/**
 * The messages that a channel takes a reply in, at least one, in the order in which the customer reads them: the text first,
 * on the files themselves where they take one, and answers to choose from at the very end, since a later message would
 * take the buttons away.
 */
export function partsOf({ text, files, template, quickReplies }: WholeReply, limits: Limits): ReplyPart[] {
  if (template) return [{ text, files: [], quickReplies: [] }];
  const pieces = text.trim() === "" ? [] : textPieces(text, textLimitsFor(quickReplies, limits));
  const groups = fileGroups(files, limits.media);
  const [first] = groups;
  if (first && quickReplies.length === 0 && isCaption(text, first, files, limits))
    return groups.map((group, position) => ({ text: position === 0 ? text : "", files: group, quickReplies: [] }));
  const texts = pieces.map((piece, position) => ({
    text: piece,
    files: [],
    quickReplies: position === pieces.length - 1 ? quickReplies : [],
  }));
  const media = groups.map((group) => ({ text: "", files: group, quickReplies: [] }));
  return quickReplies.length > 0 ? [...media, ...texts] : [...texts, ...media];
}

function isCaption(
  text: string,
  group: number[],
  files: WholeReply["files"],
  { media, text: limits }: Limits,
): boolean {
  if (text.trim() === "") return false;
  const takesOne = group.every((file) => !mediaTypeOf(files[file]!.contentType, media)?.withoutCaption);
  return takesOne && fits(text, { ...limits, maxCharacters: media.maxCaptionCharacters });
}

/** Of how many pieces of which size a text may consist. */
export function textLimitsFor(quickReplies: string[], { text, quickReplies: taken }: Limits): TextLimits {
  const most = quickReplies.length > 0 ? taken?.maxTextCharacters : undefined;
  return most === undefined ? text : { ...text, maxCharacters: Math.min(most, text.maxCharacters) };
}

type PieceLimits = Pick<TextLimits, "maxCharacters" | "maxBytes">;

const fits = (text: string, { maxCharacters, maxBytes }: PieceLimits): boolean =>
  text.length <= maxCharacters && (maxBytes === undefined || byteLength(text) <= maxBytes);

const isBlank = (cluster: string): boolean => cluster.trim() === "";

/**
 * Cuts a text into pieces within the limits: between words where that can be, else between characters as a person counts
 * them (grapheme clusters of UAX #29). The blanks at a cut are left out. Only a cluster that is over the limit by itself is
 * torn, between its code points.
 */
export function textPieces(text: string, limits: PieceLimits): string[] {
  if (fits(text, limits)) return [text];
  const clusters = Array.from(graphemesOf(text));
  const units = clusters.flatMap((cluster) => (fits(cluster, limits) ? [cluster] : Array.from(cluster)));
  const pieces: string[] = [];
  for (let start = 0; start < units.length;) {
    const end = endOfPiece(units, start, limits);
    pieces.push(units.slice(start, lastWordEnd(units, start, end)).join(""));
    start = end;
    while (start < units.length && isBlank(units[start]!)) start += 1;
  }
  return pieces.filter((piece) => piece !== "");
}

/** Behind the last word that fits, or within it where it fills a piece alone. */
function endOfPiece(units: string[], start: number, { maxCharacters, maxBytes = Infinity }: PieceLimits): number {
  let [characters, bytes, lastBlank] = [0, 0, start];
  for (let position = start; position < units.length; position += 1) {
    const unit = units[position]!;
    if (isBlank(unit)) lastBlank = position;
    characters += unit.length;
    bytes += byteLength(unit);
    if (characters <= maxCharacters && bytes <= maxBytes) continue;
    return lastBlank > start ? lastBlank : Math.max(position, start + 1);
  }
  return units.length;
}

function lastWordEnd(units: string[], start: number, end: number): number {
  if (end === units.length) return end;
  let last = end;
  while (last > start && isBlank(units[last - 1]!)) last -= 1;
  return last;
}

/** As many files on one message as it takes, by their number and by their size together. */
function fileGroups(files: WholeReply["files"], { maxCount, maxTotalBytes = Infinity }: MediaLimits): number[][] {
  const groups: number[][] = [];
  let group: number[] = [];
  let total = 0;
  for (const [position, { bytes }] of files.entries()) {
    if (group.length === 0 || group.length >= maxCount || total + bytes > maxTotalBytes) {
      groups.push((group = []));
      total = 0;
    }
    group.push(position);
    total += bytes;
  }
  return groups;
}
