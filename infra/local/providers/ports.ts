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

/** Something that no customer of the provider's can do. The message names what is wrong. */
export class InvalidInbound extends Error {
  override name = "InvalidInbound";
}
