import type { Clock } from "../../../shared/ports/clock.ts";

/* What a simulated provider may touch of the world around it. */

/** The part of a clock that a provider needs; the embedded cloud's virtual clock is one. */
export interface ProviderClock extends Clock {
  at(dueMs: number, run: () => void | Promise<void>): unknown;
}

/**
 * Carries one webhook to the router.
 *
 * @returns the router's status
 * @throws HttpNotSent when it could not connect, HttpOutcomeUnknown when no answer came
 */
export type Deliver = (url: string, headers: Record<string, string>, body: string) => Promise<number>;

export interface FetchedFile {
  status: number;
  contentType: string;
  bytes: Uint8Array;
}

/** Fetches a file that a message out names by its link, as the real provider does. @throws where there is no answer */
export type FetchFile = (url: string) => Promise<FetchedFile>;

const fetchTimeoutMs = 10_000;

export const fetchFile: FetchFile = async (url) => {
  const response = await globalThis.fetch(url, { signal: AbortSignal.timeout(fetchTimeoutMs) });
  const contentType = response.headers.get("content-type") ?? "application/octet-stream";
  return { status: response.status, contentType, bytes: new Uint8Array(await response.arrayBuffer()) };
};

/** Something that no customer of the provider's can do. The message names what is wrong. */
export class InvalidInbound extends Error {
  override name = "InvalidInbound";
}
