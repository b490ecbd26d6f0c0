import { capabilitiesOf } from "../core/capabilities.ts";
import type { Inbox } from "../core/inbox.ts";
import { allowanceOf, priceOf, segmentsOf } from "../core/gate/money.ts";
import type { OutboundStored } from "../core/message.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";

/*
 * What an inbox with a cap has spent in a UTC day. It is counted before a message is handed over and given back where the
 * provider surely has nothing, so that a crash counts too much rather than too little. What a provider took and could not
 * deliver stays counted: carriers bill that too.
 */

const dayMs = 24 * 60 * 60 * 1000;

/** One try to send, and what it costs. */
interface Attempt {
  micros: number;
  /** when it began, milliseconds since 1970 */
  at: number;
  attemptId: string;
}

/** In millionths of the cap's currency; 0 for an inbox without one. */
export async function spentToday({ id, spendCap }: Inbox, app: App): Promise<number> {
  return spendCap ? app.stores.rates.amount(keyOf(id), dayOf(app.clock.now())) : 0;
}

/** What a message costs, in the same; 0 where its inbox has no cap. */
export function costOf(
  { spendCap, ...inbox }: Inbox,
  { to, text }: Pick<OutboundStored, "to" | "text">,
  app: App,
): number {
  const capabilities = capabilitiesOf({ channel: inbox.channel, inboxId: inbox.id }, app.config);
  return spendCap && capabilities ? priceOf(spendCap, to) * segmentsOf(text, capabilities.text) : 0;
}

/**
 * Counts what a message costs. Of several at once, none gets past the cap: whoever would is not counted.
 *
 * @returns whether it may be spent
 */
export async function reserveSpend(
  { id, spendCap }: Inbox,
  { micros, at, attemptId, isAutomatic }: Attempt & { isAutomatic: boolean },
  app: App,
): Promise<boolean> {
  if (!spendCap) return true;
  const spent = await count(id, micros, at, app);
  if (spent <= allowanceOf(spendCap, isAutomatic)) return true;
  await app.stores.rates.takeBack(keyOf(id), dayOf(at), micros, attemptId);
  return false;
}

/** The provider has nothing of what was counted. Saying so again gives no more back. */
export async function giveSpendBack(
  { id, spendCap }: Inbox,
  { micros, at, attemptId }: Attempt,
  app: App,
): Promise<void> {
  if (spendCap) await app.stores.rates.takeBack(keyOf(id), dayOf(at), micros, attemptId);
}

const keyOf = (inboxId: string): string => `spend:${inboxId}`;

const dayOf = (at: number): string => isoTime(at - (at % dayMs));

const count = (inboxId: string, micros: number, at: number, app: App): Promise<number> =>
  app.stores.rates.count(keyOf(inboxId), dayOf(at), isoTime(at - (at % dayMs) + 2 * dayMs), micros);
