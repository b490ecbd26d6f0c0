import { limits } from "../core/limits.ts";
import type { StoredMessage } from "../core/message.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";

/*
 * Messages that are not stored although a provider's list names them: parked ones and erased ones. Their ids
 * alone are remembered, for as long as that list may bring them back.
 */

const keyOf = (messageId: string): string => `accounted:${messageId}`;
const always = "always";

export async function rememberErased(messages: StoredMessage[], app: App): Promise<void> {
  const since = app.clock.now() - limits.reconcileMs;
  const recent = messages.filter(({ direction, createdAt }) => direction === "in" && Date.parse(createdAt) > since);
  await Promise.all(recent.map(({ id }) => remember(id, app)));
}

/** @param messageId of one that was never stored */
export const rememberParked = (messageId: string, app: App): Promise<void> => remember(messageId, app);

async function remember(messageId: string, app: App): Promise<void> {
  const forgetAt = isoTime(app.clock.now() + 2 * limits.reconcileMs);
  await app.stores.rates.count(keyOf(messageId), always, forgetAt);
}

export const isAccountedFor = async (messageId: string, app: App): Promise<boolean> =>
  (await app.stores.rates.amount(keyOf(messageId), always)) > 0;
