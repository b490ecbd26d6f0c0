import { limits } from "../../core/limits.ts";
import { retryAfterMsOf } from "../../core/retry-after.ts";
import { signatures } from "../../core/standard-webhooks.ts";
import type { App } from "../../ports/app.ts";
import { HttpNotSent, HttpOutcomeUnknown, type HttpAnswer } from "../../ports/http.ts";
import type { Webhook, WebhookDelivery } from "../../ports/work.ts";

/** What became of one try to hand an event over. */
export type PostResult =
  | { outcome: "taken" }
  /** the receiver wants no more events, ever */
  | { outcome: "gone"; error: PostError }
  | ({ outcome: "failed" } & Failure);

export interface Failure {
  error: PostError;
  /** nobody is there, or asks to be left alone: other events would fare no better */
  isSilent: boolean;
  retryAfterMs?: number;
}

export interface PostError {
  message: string;
  status?: number;
}

/** Sends one event, once. The receiver may get it again, under the same `webhook-id`. */
export async function post(
  webhook: Webhook,
  { eventId, body }: Pick<WebhookDelivery, "eventId" | "body">,
  { foreignHttp, clock }: Pick<App, "foreignHttp" | "clock">,
): Promise<PostResult> {
  const now = clock.now();
  const timestamp = Math.floor(now / 1000);
  const headers = {
    "content-type": "application/json",
    "user-agent": "Switchyard-Webhooks",
    "webhook-id": eventId,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures(signingSecrets(webhook, now), { id: eventId, timestamp, body }),
  };
  const request = { method: "POST", url: webhook.url, headers, body, timeoutMs: limits.webhookTimeoutMs } as const;
  try {
    return resultOf(await foreignHttp.call(request), now);
  } catch (error) {
    if (!(error instanceof HttpNotSent || error instanceof HttpOutcomeUnknown)) throw error;
    return { outcome: "failed", error: { message: error.message }, isSilent: true };
  }
}

/** The older secret signs along until its time is over. */
const signingSecrets = ({ secrets, rotatesAt }: Webhook, now: number): string[] =>
  rotatesAt !== undefined && Date.parse(rotatesAt) > now ? secrets : secrets.slice(0, 1);

/** As Standard Webhooks, "Delivery success and failure", reads statuses. */
function resultOf({ status, headers }: HttpAnswer, now: number): PostResult {
  if (status >= 200 && status < 300) return { outcome: "taken" };
  if (status === 410) {
    return { outcome: "gone", error: { message: "The receiver answered 410: it wants no more events.", status } };
  }
  const isRedirect = status >= 300 && status < 400;
  const hint = isRedirect ? ": redirects are not followed, so set the webhook's url to where it leads" : "";
  return {
    outcome: "failed",
    error: { message: `The receiver answered ${status}${hint}.`, status },
    isSilent: [429, 502, 503, 504].includes(status),
    retryAfterMs: retryAfterMsOf(headers["retry-after"], now),
  };
}
