import { refuse, type Refusal, type RoutedFacts } from "./facts.ts";
import type { SpendCap } from "../configuration.ts";
import { partsOf } from "../parts.ts";

/* Rules against toll fraud: numbers abroad that somebody earns by, and how much may be lost in a day. */

/** Names that are no telephone numbers belong to no country. */
export function countryIsAllowed({ inbox, address, capabilities }: RoutedFacts): Refusal | undefined {
  if (!capabilities.telephone || !inbox.countries || !address.startsWith("+")) return undefined;
  if (longestPrefix(inbox.countries, address)?.allowed) return undefined;
  const explanation = `"${inbox.id}" does not write to the country of ${address}. An operator can allow it in router.yaml.`;
  return refuse("country-not-allowed", explanation, { kind: "allow-country", inboxId: inbox.id, address });
}

/** In millionths of the cap's currency, for one message of the parts that a reply goes out in. */
export const priceOf = ({ priceMicros }: SpendCap, address: string): number =>
  longestPrefix(priceMicros, address)?.micros ?? 0;

/** Whatever it is cut down to, at least one message of it goes out. */
export const somethingIsAffordable = (facts: RoutedFacts): Refusal | undefined => affordable(1, facts);

export function allOfItIsAffordable(facts: RoutedFacts): Refusal | undefined {
  return facts.inbox.spendCap && affordable(partsOf(facts, facts.capabilities).length, facts);
}

function affordable(messages: number, { inbox, address, spentMicros, capabilities }: RoutedFacts): Refusal | undefined {
  const { spendCap } = inbox;
  if (!spendCap) return undefined;
  const price = priceOf(spendCap, address);
  if (spentMicros + messages * price <= spendCap.perDayMicros) return undefined;
  const inCurrency = (micros: number) => `${(micros / 1_000_000).toFixed(2)} ${spendCap.currency}`;
  const explanation = `"${inbox.id}" has spent ${inCurrency(spentMicros)} of ${inCurrency(spendCap.perDayMicros)} today (UTC), and this would cost ${inCurrency(messages * price)} more.`;
  const raise = { kind: "raise-spend-cap", inboxId: inbox.id } as const;
  if (messages === 1 || spentMicros + price > spendCap.perDayMicros) return refuse("spend-cap", explanation, raise);
  return refuse("spend-cap", explanation, raise, {
    kind: "shorten-text",
    maxCharacters: capabilities.text.maxCharacters,
  });
}

function longestPrefix<Entry extends { prefix: string }>(entries: Entry[], address: string): Entry | undefined {
  const fitting = entries.filter(({ prefix }) => address.startsWith(prefix));
  return fitting.reduce<Entry | undefined>(
    (longest, entry) => (longest && longest.prefix.length >= entry.prefix.length ? longest : entry),
    undefined,
  );
}
