import { limits } from "./limits.ts";

/**
 * How long a provider asks to be left alone, in milliseconds.
 *
 * @param given what a Retry-After header says, seconds or a date (RFC 9110, section 10.2.3), or seconds as a number
 * @param now milliseconds since 1970
 * @returns undefined where it says nothing that has a meaning
 */
export function retryAfterMsOf(given: unknown, now: number): number | undefined {
  const askedMs = typeof given === "string" ? headerMs(given.trim(), now) : Number(given) * 1000;
  const isSaid = typeof given === "string" || typeof given === "number";
  return isSaid && askedMs >= 0 ? boundedPauseMs(askedMs) : undefined;
}

/** Whatever is asked for: never a time that lies behind us, or that no calendar has. */
export const boundedPauseMs = (askedMs: number): number =>
  askedMs > 0 ? Math.min(askedMs, limits.maxNamedPauseMs) : 0;

/** All three forms of dates are Greenwich's, and the oldest does not say so. A time that is over asks for nothing. */
function headerMs(header: string, now: number): number {
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(header)) return Number.NaN;
  const at = Date.parse(header.endsWith("GMT") ? header : `${header} GMT`);
  return Math.max(0, at - now);
}
