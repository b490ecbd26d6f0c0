import { lineOf, recentConversationIds } from "./customers.ts";
import { limits } from "../core/limits.ts";
import type { OutboundStored, SendError } from "../core/message.ts";
import type { Timestamp } from "../core/time.ts";
import type { App } from "../ports/app.ts";

/**
 * Remembers what a send's failure says about the customer's address: that they stopped messages of this inbox at the
 * carrier, that they let nothing of this inbox's through, or that nothing arrives there at all. What came from there since
 * the send says otherwise, and counts more.
 */
export async function rememberConsequence(
  sent: OutboundStored,
  { consequence, message }: SendError,
  app: App,
): Promise<void> {
  const { identityId, inboxId, attemptedAt, createdAt } = sent;
  const at = attemptedAt ?? createdAt;
  const { identities } = app.stores;
  if (consequence === "opted-out") await identities.setCarrierOptOut(identityId, inboxId, at);
  const unreachable = { at, reason: message };
  if (consequence === "shut-out" && !(await hasWrittenSince(at, sent, app, inboxId)))
    await identities.setShutOut(identityId, inboxId, unreachable);
  if (consequence !== "unreachable" || (await hasWrittenSince(at, sent, app))) return;
  await identities.setUnreachable(identityId, unreachable);
}

/**
 * Wherever that stands by now: a merge may have closed the conversation that it came into, and a word that wakes nobody has one
 * of its own.
 *
 * @param inboxId to that one alone
 */
async function hasWrittenSince(
  at: Timestamp,
  { identityId, conversationId }: OutboundStored,
  app: App,
  inboxId?: string,
): Promise<boolean> {
  const identity = await app.stores.identities.get(identityId);
  const times = Object.entries(identity?.lastInboundAt ?? {});
  const isMeant = (each: string): boolean => inboxId === undefined || inboxId === each;
  if (times.some(([each, time]) => isMeant(each) && time > at)) return true;
  const line = await lineOf(identity?.customerId, app);
  const ids = await recentConversationIds(line, limits.maxRecentConversations, app);
  for (const id of new Set([conversationId, ...ids])) {
    const page = { limit: limits.maxPageItems, newestFirst: true };
    const { items } = await app.stores.messages.list(id, page);
    const isLater = items.some(
      (each) =>
        each.direction === "in" && each.identityId === identityId && isMeant(each.inboxId) && each.createdAt > at,
    );
    if (isLater) return true;
  }
  return false;
}
