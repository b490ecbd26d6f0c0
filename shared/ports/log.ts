/** Structured lines of at most 300 bytes a message in all; never a message's text, an address or a token. */
export interface Log {
  info(event: string, fields?: Record<string, string | number | boolean | null | undefined>): void;
  warn(event: string, fields?: Record<string, string | number | boolean | null | undefined>): void;
  error(event: string, error: unknown, fields?: Record<string, string | number | boolean | null | undefined>): void;
}
