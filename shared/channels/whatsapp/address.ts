import type { Capabilities } from "../../core/capabilities.ts";
import { ownAddress } from "../../core/address.ts";
import { e164, mobileForms } from "../phone-forms.ts";

/**
 * Who a customer is: their number, or where they share none the id by which Meta knows them to our business alone.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids (a country's code,
 * a dot, up to 128 letters and digits; with `ENT` for linked businesses)
 */
export const userId = "^[A-Z]{2}\\.(ENT\\.)?[0-9A-Za-z]{1,128}$";

/** What may stand for a customer on this channel. */
export const addressForms: Pick<Capabilities, "sameAddress" | "reachableAddress" | "broughtAddress"> = {
  sameAddress: mobileForms,
  reachableAddress: `${e164}|${userId}`,
  broughtAddress: {
    pattern: e164,
    expected: 'a number in E.164: "+", the country\'s code and the number without its leading 0, e.g. +4915112345678',
    precedence: 1,
  },
};

const number = new RegExp(e164);
const id = new RegExp(userId);

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
