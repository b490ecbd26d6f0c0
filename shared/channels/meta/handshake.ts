import { sha256 } from "@noble/hashes/sha2.js";
import type { ChannelWebhook, VerifyContext, WebhookRequest } from "../channel.ts";
import { isSameMac } from "../signing.ts";
import { readSecret } from "./secret.ts";

/** It is sent back as it came; Meta's is a whole number. */
const challenge = /^[\w-]{1,256}$/;

/**
 * Answers Meta's question whether the webhook is ours: its challenge, where it knows the verify token.
 *
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests
 * @throws when the secret can't be used
 */
export function handshake(
  request: WebhookRequest,
  { secret }: Pick<VerifyContext, "secret">,
): ReturnType<NonNullable<ChannelWebhook["handshake"]>> {
  const { verifyToken, previousVerifyToken } = readSecret(secret);
  const query = new URLSearchParams(request.rawQuery);
  if (query.get("hub.mode") !== "subscribe") return { ok: false, reason: 'hub.mode is not "subscribe"' };
  const given = query.get("hub.verify_token") ?? "";
  const tokens = previousVerifyToken === undefined ? [verifyToken] : [verifyToken, previousVerifyToken];
  if (!tokens.some((token) => isSame(token, given))) return { ok: false, reason: "hub.verify_token is not ours" };
  const body = query.get("hub.challenge") ?? "";
  if (!challenge.test(body)) return { ok: false, reason: "hub.challenge is missing or not a number" };
  return { ok: true, body };
}

const encoder = new TextEncoder();

/** By their digests, which are of one length whatever is given. */
const isSame = (one: string, other: string): boolean =>
  isSameMac(sha256(encoder.encode(one)), sha256(encoder.encode(other)));
