import type { Translate } from "./dictionary.ts";
import { channelName } from "./labels.ts";

/** What an address is called: where, and what it is there. */
export interface Reachable {
  channel: string;
  address: string;
}

/** Channels whose addresses are numbers that the provider made up, or may be. */
const numbered = new Set(["whatsapp", "messenger", "instagram", "telegram"]);

const maxShownCharacters = 48;

/**
 * Addresses of chats are made by the router: a person's as their company calls them, a visitor's without a meaning. Of an
 * id that a provider made up, the end is enough to tell two people apart.
 */
export function addressName({ channel, address }: Reachable, t: Translate): string {
  if (channel === "web") {
    const [, person] = /^user:(.+)$/s.exec(address) ?? [];
    return person ?? t("address.visitor", { name: address.slice(-4) });
  }
  if (numbered.has(channel) && !isTelephone(address)) return t("address.account", { name: address.slice(-4) });
  return address.length > maxShownCharacters
    ? `${address.slice(0, maxShownCharacters - 13)}…${address.slice(-12)}`
    : address;
}

/** By which channel, and to whom there. */
export const routeName = (route: Reachable, t: Translate): string =>
  `${channelName(route.channel, t)}, ${addressName(route, t)}`;

/** E.164, which all channels with telephone numbers write. */
const isTelephone = (address: string): boolean => /^\+[1-9]\d{6,14}$/.test(address);

/** Country codes of one and of three digits (ITU-T E.164, list of assigned codes); all others have two. */
const oneDigit = /^[17]/;
const threeDigits = /^(2[1-689]|3[578]|42|5[09]|6[789]|8[0578]|9[679])/;

/**
 * A telephone number in the groups in which people read it: its country, then three or four digits at a time.
 *
 * @returns what put together is the number again; one group where it is none
 */
export function groupsOf(address: string): string[] {
  if (!isTelephone(address)) return [address];
  const digits = address.slice(1);
  const codeLength = oneDigit.test(digits) ? 1 : threeDigits.test(digits) ? 3 : 2;
  const rest = digits.slice(codeLength);
  const groups = rest.match(/\d{3}(?=\d{2})|\d+/g) ?? [];
  return [`+${digits.slice(0, codeLength)}`, ...groups];
}
