import { createHash } from "node:crypto";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { HttpNotSent, HttpOutcomeUnknown } from "../../../../shared/ports/http.ts";

/**
 * Carries one webhook to the router.
 *
 * @param body form-encoded
 * @returns the router's status
 * @throws HttpNotSent when it could not connect, HttpOutcomeUnknown when no answer came
 */
export type Deliver = (url: string, headers: Record<string, string>, body: string) => Promise<number>;

interface Retries {
  count: number;
  policy: Set<string>;
}

/**
 * Calls a webhook as Twilio does: signed, without the fragment, whose `rc` and `rp` say how often and after what it tries
 * again (once, where it could not connect, when they say nothing).
 *
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 * @param occasion names the event; every try of one event carries the same idempotency token
 * @returns the last answer's status; null when no try got an answer
 */
export async function callWebhook(
  webhookUrl: string,
  fields: Record<string, string>,
  occasion: string,
  authToken: string,
  deliver: Deliver,
): Promise<number | null> {
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
    if (isSuccess(outcome) || !again) return typeof outcome === "number" ? outcome : null;
  }
}

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
