/** One record of the file, or what keeps it from being one. */
export type Row = { line: number; record: unknown } | { line: number; problem: string };

/** Nothing of the file can be taken in as it is. */
export class FileRefused extends Error {
  override name = "FileRefused";
}
