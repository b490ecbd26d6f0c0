import { requestFor } from "./request.ts";
import { UnusableSecret, type LookupResult } from "../../shared/channels/channel.ts";
import { limits } from "../../shared/core/limits.ts";
import type { OutboundStored } from "../../shared/core/message.ts";
import { latestConversationIds } from "../../shared/flow/customers.ts";
import type { App } from "../../shared/ports/app.ts";

/** Asks the provider what it has of a send whose answer was lost. @param attemptedAt milliseconds since 1970 */
export async function lookUp(message: OutboundStored, attemptedAt: number, app: App): Promise<LookupResult> {
  const { channel, request } = await requestFor(message, app);
  const taken = await providerIdsOfOthers(message, app);
  const isTaken = (providerId: string) => Promise.resolve(taken.has(providerId));
  try {
    return await channel.lookup({ ...request, attemptedAt, now: app.clock.now(), isTaken }, app);
  } catch (error) {
    if (error instanceof UnusableSecret) return { outcome: "undecided", reason: error.message };
    throw error;
  }
}

/**
 * What the customer was sent lately: in this conversation, in the one that it goes on in, and in those just before and after
 * it of everybody as whom they count or have counted.
 */
async function providerIdsOfOthers(message: OutboundStored, app: App): Promise<Set<string>> {
  const conversation = await app.stores.conversations.get(message.conversationId);
  const identity = await app.stores.identities.get(message.identityId);
  const theirs = [conversation, identity].map(async (each) => (each ? latestConversationIds(each, app) : []));
  const near = [message.conversationId, conversation?.continuedIn, ...(await Promise.all(theirs)).flat()];
  const ids = new Set(near.filter((id) => id !== undefined));
  const page = { limit: limits.maxPageItems, newestFirst: true };
  const pages = await Promise.all(Array.from(ids, (id) => app.stores.messages.list(id, page)));
  const others = pages.flatMap(({ items }) => items).filter(({ id }) => id !== message.id);
  return new Set(others.flatMap((other) => (other.direction === "out" ? (other.providerId ?? []) : [])));
}
