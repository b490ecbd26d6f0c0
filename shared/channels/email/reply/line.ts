/** A line of a letter, and what its layout says about it. */
export interface Line {
  text: string;
  /** it stands behind ">" or in a block quote: somebody wrote it before */
  isQuoted: boolean;
  /** markup of a mail program says so: an earlier mail begins here, or this introduces a quote */
  mark?: "earlier" | "attribution";
}

const quoteMark = /^ {0,3}[>＞]/;

/** The lines of plain text. */
export const linesOf = (text: string): Line[] =>
  text.split(/\r\n|\n|\r|\u2028|\u2029/).map((line) => ({ text: line, isQuoted: quoteMark.test(line) }));

export const isEmptyLine = ({ text }: Line): boolean => text.trim() === "";
