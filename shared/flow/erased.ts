import { limits } from "../core/limits.ts";
import type { StoredMessage } from "../core/message.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";

const keyOf = (messageId: string): string => `erased:${messageId}`;
const always = "always";

/** Remembers, for as long as a provider's list may bring messages back, that these were erased: ids alone. */
export async function rememberErased(messages: StoredMessage[], app: App): Promise<void> {
  const now = app.clock.now();
  const recent = messages.filter(
    ({ direction, createdAt }) => direction === "in" && Date.parse(createdAt) > now - limits.reconcileMs,
  );
  const forgetAt = isoTime(now + 2 * limits.reconcileMs);
  await Promise.all(recent.map(({ id }) => app.stores.rates.count(keyOf(id), always, forgetAt)));
}

export const wasErased = async (messageId: string, app: App): Promise<boolean> =>
  (await app.stores.rates.amount(keyOf(messageId), always)) > 0;
