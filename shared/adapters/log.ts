import type { Log } from "../ports/log.ts";

type Line = Record<string, string | number | boolean | null | undefined>;

export const maxLogLineBytes = 300;

/**
 * Lines of JSON for CloudWatch, which adds the time. Texts are cut, longest first, until a line fits.
 *
 * @param write takes a line without its end
 */
export function jsonLog(write: (line: string) => void): Log {
  const log = (line: Line) => write(fitted(line));
  return {
    info: (event, fields) => log({ level: "INFO", event, ...fields }),
    warn: (event, fields) => log({ level: "WARN", event, ...fields }),
    error: (event, error, fields) => log({ level: "ERROR", event, ...fields, ...described(error) }),
  };
}

/** Lambda keeps what a function writes to its standard output. */
export const standardLog = (): Log => jsonLog((line) => process.stdout.write(`${line}\n`));

function described(error: unknown): Line {
  if (!(error instanceof Error)) return { error: String(error) };
  const frames = (error.stack ?? "").match(/^\s+at .+$/gm) ?? [];
  const places = frames.map((frame) =>
    frame
      .trim()
      .slice("at ".length)
      .replace(/\(?\S*\/([^/)]+)\)?$/, "$1"),
  );
  return { error: `${error.name}: ${error.message}`, at: places.slice(0, 3).join(" < ") };
}

function fitted(line: Line): string {
  for (let longest = maxLogLineBytes; longest >= 8; longest = Math.floor(longest * 0.8)) {
    const text = JSON.stringify(line, (_, value) => (typeof value === "string" ? cut(value, longest) : value));
    if (Buffer.byteLength(text) <= maxLogLineBytes) return text;
  }
  return JSON.stringify({ level: line.level, event: cut(String(line.event), 40), cut: true });
}

const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
