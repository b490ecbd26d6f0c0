import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";

export type RateVerdict = { ok: true } | { ok: false; retryAfterMs: number };

/** Counts one more of `key` in the running window of time, and says whether it is one too many. */
export async function countWithin(
  key: string,
  { most, windowMs }: { most: number; windowMs: number },
  app: App,
): Promise<RateVerdict> {
  const now = app.clock.now();
  const start = now - (now % windowMs);
  const count = await app.stores.rates.count(key, isoTime(start), isoTime(start + 2 * windowMs));
  return count <= most ? { ok: true } : { ok: false, retryAfterMs: Math.ceil(start + windowMs - now) };
}
