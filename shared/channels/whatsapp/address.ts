import type { Capabilities } from "../../core/capabilities.ts";
import { ownAddress } from "../../core/address.ts";
import { broughtNumber, e164, mobileForms, whatsAppUserId } from "../phone-forms.ts";

/** What may stand for a customer on this channel. */
export const addressForms: Pick<Capabilities, "sameAddress" | "reachableAddress" | "broughtAddress"> = {
  sameAddress: mobileForms,
  reachableAddress: `${e164}|${whatsAppUserId}`,
  broughtAddress: broughtNumber,
};

const number = new RegExp(e164);
const id = new RegExp(whatsAppUserId);

/** A customer as one payload names them. */
export interface Person {
  /** that names their identity */
  address: string;
  /** how Meta writes that number, where that differs */
  replyTo?: string;
}

/** @param digits as Meta writes a number: without its "+" @returns undefined where it is none */
export function personOfNumber(digits: string | undefined): Person | undefined {
  const written = digits === undefined ? "" : `+${digits.replace(/^\+/, "")}`;
  if (!number.test(written)) return undefined;
  const address = ownAddress(written, addressForms);
  return address === written ? { address } : { address, replyTo: written };
}

export const personOfUserId = (given: string | undefined): Person | undefined =>
  given !== undefined && id.test(given) ? { address: given } : undefined;

/** Meta wants a user id in a field of its own (same page). */
export const isUserId = (address: string): boolean => id.test(address);
