/** ISO 8601 in UTC with milliseconds, as `new Date(ms).toISOString()` writes it; sorts as text. */
export type Timestamp = string;

/** Providers name whole seconds, our own clock milliseconds: what either may have timed is compared by this. */
export const secondOf = (at: Timestamp): string => at.slice(0, 19);
