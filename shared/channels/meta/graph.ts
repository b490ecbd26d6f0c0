import * as z from "zod/mini";
import { limits } from "../../core/limits.ts";
import { HttpNotSent, HttpOutcomeUnknown, type Http, type HttpAnswer } from "../../ports/http.ts";
import type { SendResult } from "../channel.ts";
import { isDoubtful, isOfCredentials, isThrottled, noAnswer, sendErrorOf, type Meanings } from "./errors.ts";

/** @see https://developers.facebook.com/docs/graph-api/changelog */
export const graphOrigin = "https://graph.facebook.com/v23.0";

const retryAfterMs = { notReached: 1_000, throttled: 5_000, credentials: 30_000 };

/** A call of the Graph API. */
export interface GraphCall {
  method: "GET" | "POST";
  /** behind the version, with its query, e.g. `/1234/messages` */
  path: string;
  accessToken: string;
  /** sent as JSON */
  body?: unknown;
}

/** @throws HttpNotSent | HttpOutcomeUnknown; an answer of any status is an answer */
export const callGraph = ({ method, path, accessToken, body }: GraphCall, http: Http): Promise<HttpAnswer> =>
  http.call({
    method,
    url: graphOrigin + path,
    headers: {
      accept: "application/json",
      authorization: `Bearer ${accessToken}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    timeoutMs: limits.sendTimeoutMs,
  });

/** A message to hand over, once. */
export interface GraphSend {
  /** behind the version, e.g. `/1234/messages` */
  path: string;
  /** absent: the secret has none for the inbox */
  accessToken: string | undefined;
  body: unknown;
  /** what the channel's own error codes mean */
  meanings: Meanings;
  /** the message's id in Meta's answer to what it took, as parsed from JSON; undefined where it names none */
  providerIdOf(answer: unknown): string | undefined;
}

/** Hands one message to the Graph API, once. */
export async function sendByGraph(send: GraphSend, http: Http): Promise<SendResult> {
  const { accessToken, path, body } = send;
  if (accessToken === undefined)
    return {
      outcome: "notSent",
      retryAfterMs: retryAfterMs.credentials,
      error: {
        code: "no-account",
        message:
          'The Meta secret has no access token for this inbox. Add it to "accessTokens" under the inbox\'s address.',
      },
    };
  try {
    return outcomeOf(await callGraph({ method: "POST", path, accessToken, body }, http), send);
  } catch (error) {
    if (error instanceof HttpNotSent)
      return {
        outcome: "notSent",
        error: { code: "not-reached", message: "Meta could not be reached." },
        retryAfterMs: retryAfterMs.notReached,
      };
    if (error instanceof HttpOutcomeUnknown)
      return {
        outcome: "unknown",
        error: { ...noAnswer, message: "Meta did not say whether it took the message." },
      };
    throw error;
  }
}

function outcomeOf(answer: HttpAnswer, { meanings, providerIdOf }: GraphSend): SendResult {
  const { status } = answer;
  const json = readJson(answer.body);
  if (status >= 200 && status < 300) {
    const providerId = providerIdOf(json);
    if (providerId !== undefined) return { outcome: "sent", providerId };
    return { outcome: "unknown", error: { ...noAnswer, message: `Meta answered ${status} and named no message.` } };
  }
  const otherwise = { code: "refused", message: `Meta refused the message with status ${status}.` };
  const error = sendErrorOf(graphErrorOf(json), meanings, otherwise);
  // Requests above a rate limit are not processed (https://developers.facebook.com/docs/graph-api/overview/rate-limiting).
  if (status === 429 || isThrottled(error))
    return { outcome: "notSent", error, retryAfterMs: waitOf(answer) ?? retryAfterMs.throttled };
  // A person can renew the secret, so the reply waits (and is parked in the end) rather than fails for good.
  if (status === 401 || isOfCredentials(error))
    return { outcome: "notSent", error, retryAfterMs: retryAfterMs.credentials };
  const isSurelyNotTaken = status >= 400 && status < 500 && status !== 408 && !isDoubtful(error);
  if (isSurelyNotTaken) return { outcome: "refused", error };
  return {
    outcome: "unknown",
    error: { ...error, ...noAnswer, message: `Meta answered ${status}: it may have taken the message.` },
  };
}

const graphError = z.object({
  error: z.object({ code: z.optional(z.number()), error_subcode: z.optional(z.number()) }),
});

/** Meta's code and subcode. @see https://developers.facebook.com/docs/graph-api/guides/error-handling */
export function graphErrorOf(json: unknown): { code: number | undefined; subcode?: number | undefined } {
  const result = z.safeParse(graphError, json);
  const error = result.success ? result.data.error : {};
  return { code: error.code, subcode: error.error_subcode };
}

/** What Retry-After asks for, in milliseconds (RFC 9110, section 10.2.3). */
function waitOf({ headers }: HttpAnswer): number | undefined {
  const seconds = /^\d{1,6}$/.exec(headers["retry-after"] ?? "")?.[0];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** @returns undefined where it is no JSON */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
