/** ISO 8601 in UTC with milliseconds, as `new Date(ms).toISOString()` writes it; sorts as text. */
export type Timestamp = string;
