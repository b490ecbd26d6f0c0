import { limits } from "../../core/limits.ts";
import { isSigned } from "../../core/standard-webhooks.ts";
import type { Verified, VerifyContext, WebhookRequest } from "../channel.ts";
import { secretsOf } from "./secret.ts";

export const inboxPath = /^\/webhooks\/custom\/([^/]+)$/;

/** @returns which inbox the path names; "" where it is none of ours */
export const inboxIdOf = ({ path }: Pick<WebhookRequest, "path">): string => inboxPath.exec(path)?.[1] ?? "";

const eventId = /^[\x21-\x7e]{1,255}$/;
/** As it was signed: a zero before it would make it other bytes and the same number. */
const seconds = /^(0|[1-9]\d{0,11})$/;

/**
 * Whether this inbox's own system signed the request, not long ago. An inbox that is not ours is refused like a wrong
 * signature. The URL is not signed: a secret is one inbox's, so nothing can be sent on to another.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#verifying-webhook-authenticity
 * @throws when the secret can't be used
 */
export function verify(request: WebhookRequest, { secret, now }: VerifyContext): Verified {
  const secrets = secretsOf(secret, inboxIdOf(request));
  const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signature } = request.headers;
  if (id === undefined || !eventId.test(id)) return refused("the header webhook-id is missing or no id");
  if (time === undefined || !seconds.test(time))
    return refused("the header webhook-timestamp is missing or no number of seconds since 1970");
  if (!signature) return refused("the header webhook-signature is missing");
  if (!isSigned(signature, secrets, { id, timestamp: Number(time), body: request.body }))
    return refused("webhook-signature is not that of this request by this inbox's secret");
  // Only now, since whoever may not know anything learns nothing of our clock either.
  const skewMs = Math.abs(now - Number(time) * 1_000);
  if (skewMs <= limits.webhookClockSkewMs) return { ok: true };
  return refused(`webhook-timestamp is ${Math.round(skewMs / 1_000)} s away from our clock: sign each try anew`);
}

const refused = (reason: string): Verified => ({ ok: false, reason });
