import * as z from "zod/mini";
import { limits } from "../../core/limits.ts";
import { signatures } from "../../core/standard-webhooks.ts";
import { isoTime } from "../../ports/clock.ts";
import { HttpNotSent, HttpOutcomeUnknown, type HttpAnswer } from "../../ports/http.ts";
import type { ChannelPorts, SendRequest, SendResult } from "../channel.ts";
import { secretsOf } from "./secret.ts";

const retryAfterMs = { notReached: 1_000, throttled: 5_000, notReady: 30_000 };

/**
 * Hands one message to the inbox's own system, once: a webhook after Standard Webhooks whose `webhook-id` is the send's, so
 * that a receiver knows a repeat.
 *
 * @throws when the secret can't be used
 */
export async function send(
  request: SendRequest,
  { http, clock }: Pick<ChannelPorts, "http" | "clock">,
): Promise<SendResult> {
  const { inbox, sendId } = request;
  if (inbox.replyUrl === undefined)
    return refusal("no-route-back", `The inbox "${inbox.id}" has no replyUrl in router.yaml: it only receives.`);
  const secrets = secretsOf(request.secret, inbox.id);
  if (secrets.length === 0)
    return notSent(
      "no-account",
      `The secret of custom channels has no inbox "${inbox.id}". Add it to "inboxes" there.`,
      retryAfterMs.notReady,
    );
  const body = JSON.stringify(bodyOf(request));
  const timestamp = Math.floor(clock.now() / 1_000);
  const headers = {
    "content-type": "application/json",
    accept: "application/json",
    "webhook-id": sendId,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures(secrets, { id: sendId, timestamp, body }),
  };
  try {
    const call = { method: "POST", url: inbox.replyUrl, headers, body, timeoutMs: limits.sendTimeoutMs } as const;
    return outcomeOf(await http.call(call), sendId, clock.now());
  } catch (error) {
    if (error instanceof HttpNotSent)
      return notSent("not-reached", `The system behind "${inbox.id}" could not be reached.`, retryAfterMs.notReached);
    if (error instanceof HttpOutcomeUnknown)
      return noAnswer(`The system behind "${inbox.id}" did not say whether it took the message.`);
    throw error;
  }
}

/** README.md describes it for whoever receives it. */
const bodyOf = (request: SendRequest): object => ({
  type: "message",
  sendId: request.sendId,
  conversationId: request.conversationId,
  to: request.to,
  text: request.text,
  attachments: request.media.map(({ name, contentType, bytes, url }) => ({ name, contentType, bytes, url })),
  quickReplies: request.quickReplies ?? [],
  isAutomatic: request.isAutomatic,
  writtenAt: isoTime(request.writtenAt),
});

/** What the receiver calls the message, where it calls it something. */
const answerSchema = z.object({ id: z.string().check(z.minLength(1), z.maxLength(255)) });

/** As Standard Webhooks, "Delivery success and failure", reads statuses, but that nothing is repeated blind. */
function outcomeOf({ status, headers, body }: HttpAnswer, sendId: string, now: number): SendResult {
  if (status >= 200 && status < 300) {
    const answer = z.safeParse(answerSchema, readJson(body));
    return { outcome: "sent", providerId: answer.success ? answer.data.id : sendId };
  }
  const waitMs = waitOf(headers["retry-after"], now);
  if (status === 429 || (status === 503 && waitMs !== undefined))
    return notSent(
      "throttled",
      "The receiving system takes no more for the moment. The message is sent again by itself.",
      waitMs ?? retryAfterMs.throttled,
    );
  if (status >= 400 && status < 500 && status !== 408)
    return refusal("refused", `The receiving system refused the message with status ${status}.`, String(status));
  return noAnswer(`The receiving system answered ${status}: it may have taken the message.`);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds or a date (RFC 9110, section 10.2.3). */
function waitOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

const notSent = (code: string, message: string, afterMs: number): SendResult => ({
  outcome: "notSent",
  error: { code, message },
  retryAfterMs: afterMs,
});

const noAnswer = (message: string): SendResult => ({ outcome: "unknown", error: { code: "no-answer", message } });

const refusal = (code: string, message: string, providerCode?: string): SendResult => ({
  outcome: "refused",
  error: { code, message, ...(providerCode !== undefined && { providerCode }) },
});
