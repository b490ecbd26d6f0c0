/**
 * What a Retry-After header asks for, in milliseconds: seconds, or a date (RFC 9110, section 10.2.3).
 *
 * @param now milliseconds since 1970; absent: a date says nothing
 */
export function retryAfterMsOf(header: string | undefined, now?: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const waitMs = now === undefined ? Number.NaN : Date.parse(header) - now;
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}
