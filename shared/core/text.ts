const encoder = new TextEncoder();

/** Bytes of a text in UTF-8: what databases and queues count. */
export const byteLength = (text: string): number => encoder.encode(text).length;

/** As it may be kept: no database takes half a character, and U+0000 says nothing and cuts a text off in many a tool. */
export const readable = (text: string): string => text.replaceAll("\0", "").toWellFormed();

/**
 * A text as a word to be recognised by: in capital letters of plain width, without accents, what can't be seen, and the marks
 * that end a sentence.
 */
export const plainWord = (text: string): string =>
  text
    .normalize("NFKD")
    .replaceAll(/[\p{M}\p{Cf}]/gu, "")
    .replace(/[\s.!。]+$/u, "")
    .trimStart()
    .toUpperCase();

/** The beginning of a text, never half a character (a surrogate pair stays whole). @param most UTF-16 code units */
export function beginningOf(text: string, most: number): string {
  const cut = text.slice(0, most);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

let segmenter: Intl.Segmenter | undefined;

/** Characters as a person counts them: the grapheme clusters of UAX #29, lazily. */
export function* graphemesOf(text: string): Generator<string> {
  // Made when it is first needed: it reads ICU's tables, which cost a cold start more than anything else of ours.
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

/**
 * A file's name as people may be shown it: without the path before it, and without characters that hide or turn around what
 * stands beside them, by which "fdp.exe" could read as "exe.pdf". Empty where nothing is left.
 */
export const plainFileName = (name: string): string =>
  name
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "")
    .replace(/^.*[/\\]/, "")
    .trim();
