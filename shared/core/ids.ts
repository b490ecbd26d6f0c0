import { sha256 } from "@noble/hashes/sha2.js";

/** Prefixes of every id in the system; the prefix says what an id names. */
export type IdPrefix =
  | "cus"
  | "idn"
  | "cnv"
  | "msg"
  | "agt"
  | "ofr"
  | "snd"
  | "prk"
  | "ent"
  | "tck"
  | "con"
  | "mrg"
  | "ses"
  | "whk"
  | "evt"
  | "fil";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const encoder = new TextEncoder();

/**
 * An id that follows from what it names: the same parts give the same id for ever.
 *
 * @param parts joined unambiguously (each with its length), so ("a","bc") and ("ab","c") differ
 * @returns `prefix_` and 26 characters of Crockford base 32 (130 bits of SHA-256)
 */
export function derivedId(prefix: IdPrefix, ...parts: string[]): string {
  const joined = parts.map((part) => `${part.length}:${part}`).join("");
  return `${prefix}_${base32(sha256(encoder.encode(joined)), 26)}`;
}

/**
 * An id of our own that sorts by time: 10 characters of milliseconds since 1970, then 16 of chance.
 *
 * @param now milliseconds since 1970
 * @param chance at least 10 random bytes
 */
export function timeSortedId(prefix: IdPrefix, now: number, chance: Uint8Array): string {
  let time = "";
  for (let rest = now, digit = 0; digit < 10; digit += 1) {
    time = alphabet[rest % 32]! + time;
    rest = Math.floor(rest / 32);
  }
  return `${prefix}_${time}${base32(chance, 16)}`;
}

/** SHA-256 of a text in hexadecimal: to tell whether two requests carried the same body. */
export function digest(text: string): string {
  return Array.from(sha256(encoder.encode(text)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param holder how many had the address before, whom the provider calls gone
 * @param inboxId whose own the address is, where each inbox of the channel has its own (`placeOf`)
 */
export const identityIdOf = (channel: string, address: string, holder = 0, inboxId?: string): string => {
  if (inboxId !== undefined) return derivedId("idn", channel, address, String(holder), inboxId);
  return derivedId("idn", channel, address, ...(holder > 0 ? [String(holder)] : []));
};

/** The customer that an identity starts with, before any evidence joins it to another. */
export const firstCustomerIdOf = (identityId: string): string => derivedId("cus", identityId);

/** @param providerId an id that the provider, not the sender, gave */
export const messageIdOf = (channel: string, accountId: string, providerId: string): string =>
  derivedId("msg", channel, accountId, providerId);

/** Of the automatic answer to a message: one at most. */
export const automaticReplyIdOf = (messageId: string): string => derivedId("msg", "automatic", messageId);
export const conversationIdOf = (messageId: string): string => derivedId("cnv", messageId);

/** A message out and its hand-over to the provider share one suffix, so either id leads to the item. */
export const sendIdOf = (messageId: string): string => messageId.replace(/^msg_/, "snd_");
export const messageIdOfSend = (sendId: string): string => sendId.replace(/^snd_/, "msg_");

function base32(bytes: Uint8Array, characters: number): string {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0x1fff;
    bits += 8;
    while (bits >= 5 && text.length < characters) {
      bits -= 5;
      text += alphabet[(buffer >> bits) & 31]!;
    }
  }
  if (text.length < characters) throw new RangeError(`${bytes.length} bytes are too few for ${characters} characters`);
  return text;
}
