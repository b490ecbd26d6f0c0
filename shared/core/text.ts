const encoder = new TextEncoder();

/** Bytes of a text in UTF-8: what databases and queues count. */
export const byteLength = (text: string): number => encoder.encode(text).length;

/** The beginning of a text, never half a character (a surrogate pair stays whole). @param most UTF-16 code units */
export function beginningOf(text: string, most: number): string {
  const cut = text.slice(0, most);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
