import { requestFor } from "./request.ts";
import { UnusableSecret, type LookupResult } from "../../shared/channels/channel.ts";
import { limits } from "../../shared/core/limits.ts";
import type { OutboundStored } from "../../shared/core/message.ts";
import { latestConversationIds } from "../../shared/flow/customers.ts";
import type { App } from "../../shared/ports/app.ts";

/** Asks the provider what it has of a send whose answer was lost. @param attemptedAt milliseconds since 1970 */
export async function lookUp(message: OutboundStored, attemptedAt: number, app: App): Promise<LookupResult> {
  const { channel, request } = await requestFor(message, app);
  // Read when the provider's list is there: what stands in that was claimed before.
  let others: Promise<OutboundStored[]> | undefined;
  const readOthers = () => (others ??= othersNear(message, app));
  const isTaken = async (providerId: string) => (await readOthers()).some((other) => other.providerId === providerId);
  try {
    const found = await channel.lookup({ ...request, attemptedAt, now: app.clock.now(), isTaken }, app);
    if (found.outcome !== "found") return found;
    const mayBeAnothers = (await readOthers()).some((other) => isUnderWay(other, message, attemptedAt));
    return mayBeAnothers ? { outcome: "undecided", reason: "it may be another one, which reads the same" } : found;
  } catch (error) {
    if (error instanceof UnusableSecret) return { outcome: "undecided", reason: error.message };
    throw error;
  }
}

/** Handed over at about the same time, and nobody knows yet under which of the provider's ids. */
function isUnderWay(other: OutboundStored, message: OutboundStored, attemptedAt: number): boolean {
  const { providerId, status, attemptedAt: otherAt } = other;
  if (providerId !== undefined || otherAt === undefined || status === "queued" || status === "failed") return false;
  const isNear = Math.abs(Date.parse(otherAt) - attemptedAt) <= limits.sendAbsenceProvenAfterMs;
  return isNear && other.to === message.to && other.inboxId === message.inboxId && other.text === message.text;
}

/**
 * What the customer was sent lately: in this conversation, in the one that it goes on in, and in those just before and after
 * it of everybody as whom they count or have counted.
 */
async function othersNear(message: OutboundStored, app: App): Promise<OutboundStored[]> {
  const conversation = await app.stores.conversations.get(message.conversationId);
  const identity = await app.stores.identities.get(message.identityId);
  const theirs = [conversation, identity].map(async (each) => (each ? latestConversationIds(each, app) : []));
  const near = [message.conversationId, conversation?.continuedIn, ...(await Promise.all(theirs)).flat()];
  const ids = new Set(near.filter((id) => id !== undefined));
  const page = { limit: limits.maxPageItems, newestFirst: true };
  const pages = await Promise.all(Array.from(ids, (id) => app.stores.messages.list(id, page)));
  const all = pages.flatMap(({ items }) => items);
  return all.filter((other) => other.direction === "out").filter(({ id }) => id !== message.id);
}
