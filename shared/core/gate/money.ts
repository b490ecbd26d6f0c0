import { refuse, type Refusal, type RoutedFacts } from "./facts.ts";
import type { TextLimits } from "../capabilities.ts";
import type { SpendCap } from "../inbox.ts";
import { limits } from "../limits.ts";
import { partsOf } from "../parts.ts";

/* Rules against toll fraud: numbers abroad that somebody earns by, and how much may be lost in a day. */

/** Names that are no telephone numbers belong to no country. */
export function countryIsAllowed({ inbox, address, capabilities }: RoutedFacts): Refusal | undefined {
  if (!capabilities.telephone || !inbox.countries || !address.startsWith("+")) return undefined;
  if (longestPrefix(inbox.countries, address)?.allowed) return undefined;
  const explanation = `"${inbox.id}" does not write to the country of ${address}. An operator can allow it in router.yaml.`;
  return refuse("country-not-allowed", explanation, { kind: "allow-country", inboxId: inbox.id, address });
}

/** In millionths of the cap's currency, for one piece of what is billed. */
export const priceOf = ({ priceMicros }: SpendCap, address: string): number =>
  longestPrefix(priceMicros, address)?.micros ?? 0;

/** Of how many pieces a text is billed; rather one more than one less. */
export function segmentsOf(text: string, limits: TextLimits): number {
  const size = sizeFor(text, limits);
  return !size || text.length <= size.alone ? 1 : Math.ceil(text.length / size.joined);
}

const sizeFor = (text: string, { segments }: TextLimits) =>
  segments?.find(({ pattern }) => new RegExp(pattern, "u").test(text));

/** Whatever it is cut down to, at least one piece of it goes out. */
export const somethingIsAffordable = (facts: RoutedFacts): Refusal | undefined => affordable(1, facts);

export function allOfItIsAffordable(facts: RoutedFacts): Refusal | undefined {
  const { inbox, capabilities } = facts;
  if (!inbox.spendCap) return undefined;
  const pieces = partsOf(facts, capabilities).map(({ text }) => segmentsOf(text, capabilities.text));
  return affordable(
    pieces.reduce((sum, each) => sum + each, 0),
    facts,
  );
}

/**
 * How much the inbox may have spent of a day when a message has gone out. What goes out by itself leaves people the rest: who
 * makes us answer again and again is not to silence them.
 */
export const allowanceOf = ({ perDayMicros }: SpendCap, isAutomatic: boolean): number =>
  isAutomatic ? perDayMicros * limits.automaticSpendShare : perDayMicros;

function affordable(pieces: number, facts: RoutedFacts) {
  const { text, inbox, address, spentMicros, capabilities, isAutomatic } = facts;
  const { spendCap } = inbox;
  if (!spendCap) return undefined;
  const price = priceOf(spendCap, address);
  const allowance = allowanceOf(spendCap, isAutomatic);
  if (spentMicros + pieces * price <= allowance) return undefined;
  const inCurrency = (micros: number) => `${(micros / 1_000_000).toFixed(2)} ${spendCap.currency}`;
  const most = isAutomatic ? `, of which automatic messages may use ${inCurrency(allowance)}` : "";
  const explanation = `"${inbox.id}" has spent ${inCurrency(spentMicros)} of ${inCurrency(spendCap.perDayMicros)} today (UTC)${most}, and this would cost ${inCurrency(pieces * price)} more.`;
  const raise = { kind: "raise-spend-cap", inboxId: inbox.id } as const;
  if (pieces === 1 || spentMicros + price > allowance) return refuse("spend-cap", explanation, raise);
  const maxCharacters = sizeFor(text, capabilities.text)?.alone ?? capabilities.text.maxCharacters;
  return refuse("spend-cap", explanation, raise, { kind: "shorten-text", maxCharacters });
}

function longestPrefix<Entry extends { prefix: string }>(entries: Entry[], address: string): Entry | undefined {
  const fitting = entries.filter(({ prefix }) => address.startsWith(prefix));
  return fitting.reduce<Entry | undefined>(
    (longest, entry) => (longest && longest.prefix.length >= entry.prefix.length ? longest : entry),
    undefined,
  );
}
