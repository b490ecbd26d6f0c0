import { createHmac } from "node:crypto";
import type { Random } from "../../ports/random.ts";

/*
 * Signatures after Standard Webhooks 1.0, "Signature scheme" and "Webhook headers"
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 */

const prefix = "whsec_";
const secretBytes = 32;

/** A fresh secret: `whsec_` and 32 bytes of chance in base64. */
export const createSecret = (random: Random): string =>
  prefix + Buffer.from(random.bytes(secretBytes)).toString("base64");

/**
 * What the header `webhook-signature` says.
 *
 * @param secrets `whsec_…`; each signs, so that a receiver may still have the one before
 * @param content the event's id, seconds since 1970, and the body byte for byte as it is sent
 */
export function signatures(secrets: string[], content: { id: string; timestamp: number; body: string }): string {
  return secrets.map((secret) => signature(secret, content)).join(" ");
}

function signature(secret: string, { id, timestamp, body }: { id: string; timestamp: number; body: string }): string {
  const key = Buffer.from(secret.slice(prefix.length), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}
