import { limits } from "../../core/limits.ts";
import type { Timestamp } from "../../core/time.ts";
import type { WebhookDelivery } from "../../ports/work.ts";

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/**
 * How long after the first, second … failed try the next one is due: Standard Webhooks' example schedule ("Deliverability
 * and reliability"), whose later intervals are cut to four hours, so that a receiver that is well again does not wait for
 * half a day. The last one goes on.
 */
const delaysMs = [5 * secondMs, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 4 * hourMs];

const longestDelayMs = delaysMs.at(-1)!;

/**
 * When an event is tried again. Up to a fifth of the delay is left to chance, so that what failed together does not come
 * back together.
 *
 * @param failedBefore tries that had failed before the one that has just failed
 * @param chance 0 to 255
 * @param retryAfterMs what the receiver asked for
 * @returns milliseconds since 1970
 */
export function nextAttemptAt(now: number, failedBefore: number, chance: number, retryAfterMs = 0): number {
  const delayMs = delaysMs[failedBefore] ?? longestDelayMs;
  const jitteredMs = delayMs * (1 - (0.2 * chance) / 255);
  return now + Math.round(Math.max(jitteredMs, Math.min(retryAfterMs, longestDelayMs)));
}

/** Whether a time is not reached, by any clock that may have found it reached. */
export const isAhead = (at: Timestamp | undefined, now: number): boolean =>
  at !== undefined && Date.parse(at) - limits.maxClockSkewMs > now;

/** A failed try was the event's last. */
export const isGivenUp = ({ createdAt }: WebhookDelivery, now: number): boolean =>
  now - Date.parse(createdAt) >= limits.webhookGiveUpAfterMs;

const firstPauseMs = 30 * secondMs;
const longestPauseMs = 15 * minuteMs;

/**
 * Until when a receiver that does not answer is left alone, so that waiting for it holds up nobody else's events.
 *
 * @param silences tries in a row without an answer, 1 or more
 */
export const pauseEndsAt = (now: number, silences: number): number =>
  now + Math.min(firstPauseMs * 2 ** (silences - 1), longestPauseMs);
