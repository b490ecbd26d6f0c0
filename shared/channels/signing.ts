import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import * as z from "zod/mini";
import { secretOf } from "./secret.ts";

/** Each use of the deployment's signing secret has a key of its own, so that what one signs never passes for the other's. */
export type SigningPurpose = "chat-session" | "mail-reply" | "mail-object" | "media-object" | "file-link";

const secretSchema = z.strictObject({
  signingKey: z.string().check(z.minLength(32)),
  previousSigningKey: z.optional(z.string().check(z.minLength(32))),
});

const encoder = new TextEncoder();

/**
 * The keys of one use, derived after RFC 5869 (HKDF with SHA-256): the one that signs, then the one before it while the
 * secret is rotated.
 *
 * @throws when the secret is not of the form `{"signingKey","previousSigningKey"?}`; names the field, never its value
 */
export function signingKeys(secret: unknown, purpose: SigningPurpose): [Uint8Array, ...Uint8Array[]] {
  const { signingKey, previousSigningKey } = secretOf(secretSchema, secret, {
    what: "The signing secret",
    form: '{"signingKey":"…"} with at least 32 characters',
  });
  const derive = (key: string): Uint8Array =>
    hkdf(sha256, encoder.encode(key), undefined, encoder.encode(`switchyard ${purpose}`), 32);
  return previousSigningKey === undefined ? [derive(signingKey)] : [derive(signingKey), derive(previousSigningKey)];
}

/** HMAC with SHA-256 (RFC 2104). */
export const macOf = (key: Uint8Array, text: string): Uint8Array => hmac(sha256, key, encoder.encode(text));

/** Compares without telling by its duration where two differ. */
export function isSameMac(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let index = 0; index < one.length; index += 1) difference |= one[index]! ^ other[index]!;
  return difference === 0;
}
