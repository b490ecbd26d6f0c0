import type { Capabilities } from "../core/capabilities.ts";

/** ITU-T E.164: at most 15 digits, of which the first is no 0. */
export const e164 = "^\\+[1-9]\\d{1,14}$";

/** Numbers that another system brings. */
export const broughtNumber: NonNullable<Capabilities["broughtAddress"]> = {
  pattern: e164,
  expected: 'a number in E.164: "+", the country\'s code and the number without its leading 0, e.g. +4915112345678',
  precedence: 1,
};

/**
 * Who somebody on WhatsApp is to one business, where they share no number: a country's code, a dot, up to 128 letters and
 * digits; with `ENT` for linked businesses.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
 */
export const whatsAppUserId = "^[A-Z]{2}\\.(ENT\\.)?[0-9A-Za-z]{1,128}$";

/**
 * Mobile numbers that carriers and WhatsApp write in two ways, each brought to the one that is dialled from abroad today.
 * A number that is no mobile number in that country stays as it is, but for Argentina: a landline gets a 9 there too, which
 * nobody notices, since it names an identity and `replyTo` keeps what is written to.
 *
 * - Brazil: mobile numbers got a ninth digit, a 9 in front, from 2012 to 2016 (Anatel, resolution 553/2010); WhatsApp's
 *   accounts from before lack it. The old ones of eight digits begin with 6 to 9, landlines with 2 to 5.
 * - Mexico: the 1 behind the country's code was given up in August 2019 (IFT, numbering plan of 2018).
 * - Argentina: a mobile number has a 9 behind the country's code from abroad (CNC, resolution 16/2000).
 */
export const mobileForms: NonNullable<Capabilities["sameAddress"]> = [
  { pattern: "^\\+55(?<area>[1-9]{2})(?<number>[6-9]\\d{7})$", replacement: "+55$<area>9$<number>" },
  { pattern: "^\\+521(?<number>[2-9]\\d{9})$", replacement: "+52$<number>" },
  { pattern: "^\\+54(?<number>[1-3]\\d{9})$", replacement: "+549$<number>" },
];
