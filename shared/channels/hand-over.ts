import type { SendError } from "../core/message.ts";
import { HttpNotSent, HttpOutcomeUnknown } from "../ports/http.ts";
import type { SendResult } from "./channel.ts";

/** How long a send waits that surely was not taken: because nobody was reached, or until somebody has mended a secret. */
export const retryAfterMs = { notReached: 1_000, secret: 30_000 };

/**
 * One message, handed over once by the http port: what failing to reach the provider means is the same for all.
 *
 * @param receiver as a sentence begins with it
 */
export async function handOver(receiver: string, call: () => Promise<SendResult>): Promise<SendResult> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof HttpNotSent)
      return notSent({ code: "not-reached", message: `${receiver} could not be reached.` }, retryAfterMs.notReached);
    if (error instanceof HttpOutcomeUnknown) return noAnswer(`${receiver} did not say whether it took the message.`);
    throw error;
  }
}

/** It surely was not taken, and is tried again. */
export const notSent = (error: SendError, afterMs: number): SendResult => ({
  outcome: "notSent",
  error,
  retryAfterMs: afterMs,
});

/** It may have been taken. @param error what else is known of it */
export const noAnswer = (message: string, error?: SendError): SendResult => ({
  outcome: "unknown",
  error: { ...error, code: "no-answer", message },
});

/** Whoever answers so has not carried the request out; 408 says only that the answer took too long. */
export const isSurelyNotTaken = (status: number): boolean => status >= 400 && status < 500 && status !== 408;
