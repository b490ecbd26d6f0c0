import type { SegmentSize } from "../../core/capabilities.ts";

/** How a text goes over the air: what it costs and where phones join it. */
export interface Segmentation {
  encoding: "GSM-7" | "UCS-2";
  segments: number;
}

/** 3GPP TS 23.038, 6.2.1: the default alphabet. Its escape (0x1B) is no character of its own. */
const basic = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** 3GPP TS 23.038, 6.2.1.1: the extension table; an escape and a character, two septets. */
const extension = new Set("\f^{}\\[~]|€");

/** 3GPP TS 23.040, 9.2.3.24.1: 140 octets, of which a part of a longer text gives 6 to its header. */
const capacity = {
  "GSM-7": { alone: 160, joined: 153 },
  "UCS-2": { alone: 70, joined: 67 },
} as const;

/**
 * What is billed, as the gate counts it: never less than it is. A character of the extension table makes it count as UCS-2,
 * and a joined piece there holds one unit less, since a surrogate pair is never torn.
 */
export const segmentSizes: SegmentSize[] = [
  { pattern: `^[${Array.from(basic, escaped).join("")}]*$`, ...capacity["GSM-7"] },
  { pattern: "", alone: capacity["UCS-2"].alone, joined: capacity["UCS-2"].joined - 1 },
];

/** The encoding a text needs and the number of messages that it takes; an empty text takes one. */
export function segmentsOf(text: string): Segmentation {
  const characters = Array.from(text);
  const encoding = characters.every((character) => basic.has(character) || extension.has(character))
    ? "GSM-7"
    : "UCS-2";
  const sizes = characters.map((character) =>
    encoding === "UCS-2" ? character.length : extension.has(character) ? 2 : 1,
  );
  const { alone, joined } = capacity[encoding];
  return { encoding, segments: sizes.reduce((sum, size) => sum + size, 0) <= alone ? 1 : partsOf(sizes, joined) };
}

/** An escape sequence or a surrogate pair is never torn apart. */
function partsOf(sizes: number[], capacityOfPart: number): number {
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > capacityOfPart) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return parts;
}

/** As it may stand in brackets of a regular expression. */
function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
