/** The only source of time. */
export interface Clock {
  /** milliseconds since 1970 */
  now(): number;
}

export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();
