import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

/*
 * Signatures after Standard Webhooks 1.0, "Signature scheme" and "Webhook headers"
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 */

/** What stands before the base 64 of a secret. */
export const secretPrefix = "whsec_";

/** What is signed. */
export interface SignedContent {
  /** of the event */
  id: string;
  /** seconds since 1970 */
  timestamp: number;
  /** byte for byte as it is sent */
  body: string;
}

const encoder = new TextEncoder();

/**
 * What the header `webhook-signature` says.
 *
 * @param secrets `whsec_…`; each signs, so that a receiver may still have the one before
 */
export const signatures = (secrets: readonly string[], content: SignedContent): string =>
  secrets.map((secret) => `v1,${btoa(String.fromCharCode(...mac(secret, content)))}`).join(" ");

/**
 * Whether one of the header's signatures was made with one of these secrets; how long it takes does not tell where they
 * differ. Versions other than v1 are passed over.
 */
export function isSigned(header: string, secrets: readonly string[], content: SignedContent): boolean {
  const given = header.split(" ").flatMap((each) => (each.startsWith("v1,") ? each.slice("v1,".length) : []));
  const expected = secrets.map((secret) => signatures([secret], content).slice("v1,".length));
  return given.some((one) => expected.some((other) => isSameText(one, other)));
}

const mac = (secret: string, { id, timestamp, body }: SignedContent): Uint8Array =>
  hmac(sha256, keyOf(secret), encoder.encode(`${id}.${timestamp}.${body}`));

const keyOf = (secret: string): Uint8Array =>
  Uint8Array.from(atob(secret.slice(secretPrefix.length)), (character) => character.charCodeAt(0));

function isSameText(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let index = 0; index < one.length; index += 1) difference |= one.charCodeAt(index) ^ other.charCodeAt(index);
  return difference === 0;
}
