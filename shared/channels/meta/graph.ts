import * as z from "zod/mini";
import { limits } from "../../core/limits.ts";
import { retryAfterMsOf } from "../../core/retry-after.ts";
import type { Http, HttpAnswer } from "../../ports/http.ts";
import type { ChannelPorts, SendResult } from "../channel.ts";
import { handOver, isSurelyNotTaken, noAnswer, notSent, retryAfterMs } from "../hand-over.ts";
import { readJson } from "../json.ts";
import type { Meanings } from "../meanings.ts";
import {
  isDoubtful,
  isInMaintenance,
  isOfCredentials,
  isThrottled,
  meaningOf,
  sendErrorOf,
  throttled,
  type GraphError,
} from "./errors.ts";

/** @see https://developers.facebook.com/docs/graph-api/changelog */
const graphOrigin = "https://graph.facebook.com/v23.0";

/** Where Meta names no time. */
const pauseMs = { throttled: 5_000, maintenance: 60_000 };

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
export async function sendByGraph(
  send: GraphSend,
  { http, clock }: Pick<ChannelPorts, "http" | "clock">,
): Promise<SendResult> {
  const { accessToken, path, body } = send;
  if (accessToken === undefined) {
    const message =
      'The Meta secret has no access token for this inbox. Add it to "accessTokens" under the inbox\'s address.';
    return notSent({ code: "no-account", message }, retryAfterMs.secret);
  }
  const call = { method: "POST", path, accessToken, body } as const;
  return handOver("Meta", async () => outcomeOf(await callGraph(call, http), send, clock.now()));
}

/**
 * Meta advises to go by the code, and documents some refusals with a status of 500: what a table knows for sure counts whatever
 * the status. After a 5xx with any other code nobody knows; nor with the code of a limit, since Meta documents those with 400
 * and 429 alone, and what is sent again although it was taken arrives twice.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
function outcomeOf(answer: HttpAnswer, { meanings, providerIdOf }: GraphSend, now: number): SendResult {
  const { status } = answer;
  const json = readJson(answer.body);
  if (status >= 200 && status < 300) {
    const providerId = providerIdOf(json);
    if (providerId !== undefined) return { outcome: "sent", providerId };
    return noAnswer(`Meta answered ${status} and named no message.`);
  }
  const refused = { code: "refused", message: `Meta refused the message with status ${status}.` };
  const given = graphErrorOf(json);
  const error = sendErrorOf(given, meanings, status === 429 ? throttled : refused);
  // Requests above a rate limit are not processed (https://developers.facebook.com/docs/graph-api/overview/rate-limiting).
  if (status === 429 || (isThrottled(error) && isSurelyNotTaken(status)))
    return notSent(error, retryAfterMsOf(answer.headers["retry-after"], now) ?? pauseMs.throttled);
  if (isInMaintenance(error)) return notSent(error, pauseMs.maintenance);
  // A person can renew the secret, so the reply waits (and is parked in the end) rather than fails for good.
  if (status === 401 || isOfCredentials(error)) return notSent(error, retryAfterMs.secret);
  const isSure = isSurelyNotTaken(status) || meaningOf(given, meanings) !== undefined;
  if (isSure && !isDoubtful(error) && !isThrottled(error)) return { outcome: "refused", error };
  return noAnswer(`Meta answered ${status}: it may have taken the message.`, error);
}

const graphError = z.object({
  error: z.object({ code: z.optional(z.number()), error_subcode: z.optional(z.number()) }),
});

/** Meta's code and subcode. @see https://developers.facebook.com/docs/graph-api/guides/error-handling */
export function graphErrorOf(json: unknown): GraphError {
  const result = z.safeParse(graphError, json);
  const error = result.success ? result.data.error : {};
  return { code: error.code, subcode: error.error_subcode };
}
