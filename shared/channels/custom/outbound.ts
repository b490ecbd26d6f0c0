import * as z from "zod/mini";
import { limits } from "../../core/limits.ts";
import { retryAfterMsOf } from "../../core/retry-after.ts";
import { signatures } from "../../core/standard-webhooks.ts";
import { isoTime } from "../../ports/clock.ts";
import type { HttpAnswer } from "../../ports/http.ts";
import type { ChannelPorts, SendRequest, SendResult } from "../channel.ts";
import { handOver, isSurelyNotTaken, noAnswer, notSent, retryAfterMs } from "../hand-over.ts";
import { readJson } from "../json.ts";
import { secretsOf } from "./secret.ts";

const throttledMs = 5_000;

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
  if (secrets.length === 0) {
    const message = `The secret of custom channels has no inbox "${inbox.id}". Add it to "inboxes" there.`;
    return notSent({ code: "no-account", message }, retryAfterMs.secret);
  }
  const body = JSON.stringify(bodyOf(request));
  const timestamp = Math.floor(clock.now() / 1_000);
  const headers = {
    "content-type": "application/json",
    accept: "application/json",
    "webhook-id": sendId,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures(secrets, { id: sendId, timestamp, body }),
  };
  const call = { method: "POST", url: inbox.replyUrl, headers, body, timeoutMs: limits.sendTimeoutMs } as const;
  return handOver(`The system behind "${inbox.id}"`, async () => outcomeOf(await http.call(call), sendId, clock.now()));
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
  const waitMs = retryAfterMsOf(headers["retry-after"], now);
  if (status === 429 || (status === 503 && waitMs !== undefined)) {
    const message = "The receiving system takes no more for the moment.";
    return notSent({ code: "throttled", message }, waitMs ?? throttledMs);
  }
  if (isSurelyNotTaken(status))
    return refusal("refused", `The receiving system refused the message with status ${status}.`, String(status));
  return noAnswer(`The receiving system answered ${status}: it may have taken the message.`);
}

const refusal = (code: string, message: string, providerCode?: string): SendResult => ({
  outcome: "refused",
  error: { code, message, ...(providerCode !== undefined && { providerCode }) },
});
