import { limits } from "../../core/limits.ts";
import { byteLength } from "../../core/text.ts";
import { isSameMac, macOf, signingKeys } from "../signing.ts";

/*
 * The token by which an answer finds its conversation: `<id of the conversation>.<mac>`, in lower case, since hosts on the
 * way may change the case of addresses. It stands in the address that answers go to (`support+<token>@…`), and in
 * References for programs that answer to the From address.
 */

const prefix = "cnv_";
const token = /^([0-9a-z]{26})\.([0-9a-f]{20})$/;
/**
 * RFC 2104, section 5, asks for half of the hash and 80 bits at least. An address has room for these 80, and each guess
 * costs a mail.
 */
const macBytes = 10;

const shortMac = (key: Uint8Array, name: string): Uint8Array => macOf(key, name).subarray(0, macBytes);

/** @param secret the document `signing` @throws when it can't be used */
export function tokenFor(conversationId: string, secret: unknown): string {
  const name = conversationId.slice(prefix.length);
  const [key] = signingKeys(secret, "mail-reply");
  return `${name}.${Buffer.from(shortMac(key, name)).toString("hex")}`;
}

/** The conversation that a token names; undefined where it is none of ours, by today's key or the one before. */
export function conversationOf(text: string, secret: unknown): string | undefined {
  const [, name, mac] = token.exec(text.toLowerCase()) ?? [];
  if (name === undefined || mac === undefined) return undefined;
  const claimed = Buffer.from(mac, "hex");
  const isOurs = signingKeys(secret, "mail-reply").some((key) => isSameMac(shortMac(key, name), claimed));
  return isOurs ? prefix + name : undefined;
}

/** `support+<token>@…`; undefined where the local part would get longer than hosts take (RFC 5321, section 4.5.3.1.1). */
export function replyAddress(inboxAddress: string, text: string): string | undefined {
  const at = inboxAddress.lastIndexOf("@");
  const local = `${inboxAddress.slice(0, at)}+${text}`;
  return byteLength(local) > limits.maxMailLocalPartOctets ? undefined : local + inboxAddress.slice(at);
}

/** Our address without its label, in lower case, and the label (RFC 5233 calls it detail). */
export function splitLabel(address: string): { address: string; label: string } {
  const lower = address.trim().toLowerCase();
  const at = lower.lastIndexOf("@");
  const plus = lower.indexOf("+");
  if (plus === -1 || plus > at) return { address: lower, label: "" };
  return { address: lower.slice(0, plus) + lower.slice(at), label: lower.slice(plus + 1, at) };
}

/** The part of a message id that may be our token. */
export const tokenPartOf = (messageId: string): string => messageId.slice(0, messageId.lastIndexOf("@"));
