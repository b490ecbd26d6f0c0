import { createHash } from "node:crypto";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { HttpNotSent, HttpOutcomeUnknown } from "../../../../shared/ports/http.ts";
import type { Deliver } from "../ports.ts";

interface Retries {
  count: number;
  policy: Set<string>;
}

/** A webhook of ours, and where Twilio turns when it fails. */
export interface WebhookUrls {
  /** its fragment may carry connection overrides */
  url: string;
  fallbackUrl?: string | undefined;
}

/** What one event is, whoever hears of it. */
export interface WebhookEvent {
  fields: Record<string, string>;
  /** names the event; every try of one event carries the same idempotency token */
  occasion: string;
  authToken: string;
}

/**
 * Calls a webhook as Twilio does, and its fallback where that gave no good answer, with what went wrong.
 *
 * @see https://www.twilio.com/docs/usage/security/availability-reliability
 * @returns the last answer's status; null when no try got an answer
 */
export async function callWebhook(
  { url, fallbackUrl }: WebhookUrls,
  event: WebhookEvent,
  deliver: Deliver,
): Promise<number | null> {
  const outcome = await tryAll(url, event, deliver);
  if (isSuccess(outcome) || fallbackUrl === undefined) return statusOf(outcome);
  const fields = { ...event.fields, ErrorCode: errorCodeOf(outcome), ErrorUrl: url.split("#", 1)[0]! };
  return statusOf(await tryAll(fallbackUrl, { ...event, fields }, deliver));
}

/**
 * Signed, without the fragment, whose `rc` and `rp` say how often and after what it is tried again (once, where Twilio could
 * not connect, when they say nothing).
 *
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
async function tryAll(
  webhookUrl: string,
  { fields, occasion, authToken }: WebhookEvent,
  deliver: Deliver,
): Promise<Outcome> {
  const [url = "", fragment = ""] = webhookUrl.split("#", 2);
  const headers = {
    "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
    "user-agent": "TwilioProxy/1.1",
    "x-twilio-signature": getExpectedTwilioSignature(authToken, url, fields),
    "i-twilio-idempotency-token": createHash("sha256").update(occasion).digest("hex").slice(0, 32),
  };
  const body = new URLSearchParams(fields).toString();
  const retries = retriesOf(fragment);
  for (let tries = 0; ; tries += 1) {
    const outcome = await attempt(() => deliver(url, headers, body));
    const again = tries < retries.count && (retries.policy.has(failureOf(outcome)) || retries.policy.has("all"));
    if (isSuccess(outcome) || !again) return outcome;
  }
}

const statusOf = (outcome: Outcome): number | null => (typeof outcome === "number" ? outcome : null);

/** @see https://www.twilio.com/docs/api/errors/11200 (any answer that is none) and /11205 (no connection) */
const errorCodeOf = (outcome: Outcome): string => (outcome === "ct" ? "11205" : "11200");

function retriesOf(fragment: string): Retries {
  const overrides = new URLSearchParams(fragment);
  const count = Number(overrides.get("rc") ?? 1);
  return { count: Math.min(5, Math.max(0, count)), policy: new Set((overrides.get("rp") ?? "ct").split(",")) };
}

/** An answer's status, or Twilio's word for why there is none. */
type Outcome = number | "ct" | "rt";

async function attempt(deliver: () => Promise<number>): Promise<Outcome> {
  try {
    return await deliver();
  } catch (error) {
    if (error instanceof HttpNotSent) return "ct";
    if (error instanceof HttpOutcomeUnknown) return "rt";
    throw error;
  }
}

const isSuccess = (outcome: Outcome): boolean => typeof outcome === "number" && outcome < 400;

const failureOf = (outcome: Outcome): string =>
  typeof outcome === "string" ? outcome : `${Math.floor(outcome / 100)}xx`;
