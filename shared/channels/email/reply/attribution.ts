import { isEmptyLine, type Line } from "./line.ts";

/** An attribution is folded over so many lines at most. */
const mostLines = 4;
const mostCharacters = 500;

/** How "… wrote" ends, or stands within, the line that introduces a quote. */
const wrote =
  /(?:(?<!\p{L})(?:wrote|writes|schrieb|schreibt|geschrieben|écrit|escribió|escribio|escreveu|scritto|schreef|skrev|kirjoitti|napisał|napisała|napsal|napsala|napísal|yazdı|scris|írta|kirjutas|rašė|shkroi|viết|menulis)|писал|писала|пишет|пише|έγραψε|כתב|写道|寫道|写到|wrote|님이 작성|작성:|のメッセージ|書きました|さんは)/iu;
const opening =
  /^[\s*_-]{0,6}(?:on|am|le|el|il|em|op|den|dnia|dne|w dniu|på|pe|tarihinde|vào|v|в|el día|at|在|于|於|\d|["'“„<]|(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|пн|вт|ср|чт|пт|сб|вс)[a-zа-я]{0,8}[.,])/iu;
const ending = /[:：]\s*$/;
/** A date or a time, in whatever order. */
const when = /\d{1,2}\s?[:.hH時时]\s?\d{2}|\d{1,4}[./年-]\s?\d{1,2}|\b(?:19|20)\d{2}\b/;
const addressAtEnd = /[<(（][^<>()（）\s@]{1,64}@[^<>()（）\s]{1,255}[>)）]\s*[:：]\s*$/;

/**
 * Whether a quote is introduced here ("On … wrote:", in the forms of many languages and programs), and by how many lines.
 *
 * @returns the number of lines, 0 where none begins
 */
export function attributionAt(lines: Line[], at: number): number {
  const first = lines[at]!;
  if (first.mark === "attribution") return markedLines(lines, at);
  let text = "";
  for (let count = 1; count <= mostLines && at + count <= lines.length; count += 1) {
    const line = lines[at + count - 1]!;
    if (isEmptyLine(line) || line.isQuoted !== first.isQuoted || line.mark === "earlier") return 0;
    text += ` ${line.text.trim()}`;
    if (text.length > mostCharacters) return 0;
    if (ending.test(text)) return introduces(text.trim(), count) ? count : 0;
  }
  return 0;
}

function introduces(text: string, lineCount: number): boolean {
  if (!when.test(text)) return false;
  const begins = opening.test(text);
  // A name may come first, but then on one line: else any sentence before would be taken for it.
  if (!begins && lineCount > 1) return false;
  return addressAtEnd.test(text) || wrote.test(text);
}

function markedLines(lines: Line[], at: number): number {
  let end = at;
  while (end < lines.length && lines[end]!.mark === "attribution") end += 1;
  return end - at;
}
