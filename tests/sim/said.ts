import type { StoredMessage } from "../../shared/core/message.ts";

/* By what was said, as the checkers count it: beside the product's own way. */

interface Word {
  at: string;
  sequence: string;
}

/** Providers name whole seconds. */
export const secondOf = (at: string): string => at.slice(0, 19);

/** By the provider's clock, which the order begins with, but never later than it came. */
export function saidAt({ order, createdAt }: Pick<StoredMessage, "order" | "createdAt">): string {
  const [told = ""] = order.split("#");
  return told < createdAt ? told : createdAt;
}

/** Of what was said within one second, whatever came later was. */
export function isSaidAfter(one: Word, other: Word): boolean {
  const [first, second] = [secondOf(other.at), secondOf(one.at)];
  return first < second || (first === second && other.sequence < one.sequence);
}
