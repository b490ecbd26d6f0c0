import type { SendError } from "../core/message.ts";

/** What a provider's code says, in our words. */
export type Meaning = Omit<SendError, "providerCode">;

/** By the provider's code. */
export type Meanings = ReadonlyMap<string, Meaning>;

/** Each meaning with all codes that have it. */
export const meaningsOf = (table: [meaning: Meaning, ...codes: string[]][]): Meanings =>
  new Map(table.flatMap(([meaning, ...codes]) => codes.map((code) => [code, meaning] as const)));
