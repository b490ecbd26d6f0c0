/**
 * Text as rules see it: a list of folded words. Scripts that put no spaces between words give one entry a character, so
 * that a word of theirs is found inside a sentence; an emoji is an entry of its own. An empty entry stands for punctuation:
 * a phrase does not reach across it.
 */
export type Words = string[];

const ascii = /^\p{ASCII}*$/u;
const diacritics = /[\u0300-\u036f\u064b-\u065f]/g;
/** Letters that Unicode does not decompose, as they are written where they are missing on the keyboard. */
const undecomposed = /[ßæœøłđðþı]/g;
const spelledOut: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

/** Case, accents and width folded: "Größe", "GROSSE" and "große" are one. Umlauts lose their dots, they do not gain an e. */
export function fold(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  const bare = text.normalize("NFKD").replace(diacritics, "").normalize("NFC").toLowerCase();
  return bare.replace(diacritics, "").replace(undecomposed, (letter) => spelledOut[letter] ?? letter);
}

const unspaced = ["Han", "Hiragana", "Katakana", "Hangul", "Thai", "Lao", "Khmer", "Myanmar"]
  .map((script) => `\\p{Script=${script}}`)
  .join("");
const entries = new RegExp(
  `[${unspaced}]|[[\\p{L}\\p{N}\\p{M}]--[${unspaced}]]+|\\p{Extended_Pictographic}|[[\\p{P}\\p{S}]--['’ʼ\\-‐‑_\\/\\p{Extended_Pictographic}]]`,
  "gv",
);
const punctuation = /^[\p{P}\p{S}]$/v;
const pictograph = /^\p{Extended_Pictographic}$/v;

/** @param folded a text that went through `fold` */
export function wordsOf(folded: string): Words {
  const words = folded.match(entries) ?? [];
  return words.map((word) => (punctuation.test(word) && !pictograph.test(word) ? "" : word));
}

/** The words of a phrase in a rule: as in a text, without punctuation at its ends. Empty where it has no word at all. */
export function phraseOf(text: string): Words {
  const words = wordsOf(fold(text));
  const first = words.findIndex((word) => word !== "");
  const last = words.findLastIndex((word) => word !== "");
  return first < 0 ? [] : words.slice(first, last + 1);
}
