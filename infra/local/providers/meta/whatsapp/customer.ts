import { createHash } from "node:crypto";
import type { ProvidedFile } from "../../provider.ts";

/** What somebody does in WhatsApp. */
export interface CustomerAction {
  /** their number in E.164, as WhatsApp knows it; or their user id, where they share no number */
  from: string;
  /** the id of the number that they write to */
  to: string;
  /** what they call themselves */
  name?: string;
  text?: string;
  /** a message each; `text` is the caption of the first */
  media?: (ProvidedFile & { name?: string })[];
  location?: { latitude: number; longitude: number; name?: string; address?: string };
  contact?: { name: string; phone: string };
  /** id of the message that they answer */
  replyTo?: string;
  /** null takes it back */
  reaction?: { providerId: string; emoji: string | null };
  /** by its title */
  choice?: { providerId: string; title: string };
  /** id of a message of theirs, whose text becomes `text` */
  edits?: string;
  /** id of a message of theirs that they delete */
  deletes?: string;
  /** they have this number from now on; WhatsApp gives them another user id with it */
  newNumber?: string;
  /** by an advertisement */
  referral?: { headline: string; sourceUrl: string };
}

const number = /^\+[1-9]\d{6,14}$/;
const userId = /^[A-Z]{2}\.[0-9A-Za-z]{1,128}$/;

export const isNumber = (address: string): boolean => number.test(address);
export const isCustomer = (address: string): boolean => number.test(address) || userId.test(address);

/** What WhatsApp calls the holder of a number to our business alone: another for each number. */
export function userIdOf(address: string): string {
  if (!isNumber(address)) return address;
  const digits = createHash("sha256").update(address).digest().readBigUInt64BE().toString().padStart(20, "0");
  return `US.${digits}`;
}

/** A number as WhatsApp writes it. */
export const digitsOf = (address: string): string => address.replace(/^\+/, "");

/** Who wrote: `from` is left out where they share no number. */
export const senderFields = (address: string): Record<string, string> => ({
  ...(isNumber(address) && { from: digitsOf(address) }),
  from_user_id: userIdOf(address),
});

export const contactFields = (address: string, name: string | undefined): Record<string, unknown> => ({
  profile: { name: name ?? `User ${userIdOf(address).slice(-4)}` },
  ...(isNumber(address) && { wa_id: digitsOf(address) }),
  user_id: userIdOf(address),
});
