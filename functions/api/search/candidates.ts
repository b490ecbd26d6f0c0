import { seesAll, visibleQueueIds } from "../access.ts";
import type { Context } from "../routes.ts";
import { searchMemoryOf, type SearchMemory } from "./memory.ts";
import type { Conversation } from "../../../shared/core/conversation.ts";
import { limits } from "../../../shared/core/limits.ts";
import { openConversations } from "../../../shared/core/pool/views.ts";
import { readPool } from "../../../shared/flow/pool.ts";

/** When something happened in it last. */
export const updatedAt = ({ lastMessageAt, closedAt = "" }: Conversation): string =>
  lastMessageAt > closedAt ? lastMessageAt : closedAt;

/** Updated last comes first. */
export const byUpdate = (one: Conversation, other: Conversation): number =>
  order(other) < order(one) ? -1 : order(other) > order(one) ? 1 : 0;

export const order = (conversation: Conversation): string => `${updatedAt(conversation)}~${conversation.id}`;

/**
 * The conversations updated last that the caller may see, at most `maxSearchedConversations`. No index knows this order:
 * what is open comes from the pools' memory, newest first, and is read as it is now; what is resolved comes from the
 * index, newest first, and is remembered, since hardly anything happens to it any more.
 */
export async function recentConversations(context: Context): Promise<Conversation[]> {
  const { caller, app, memory } = context;
  const known = searchMemoryOf(memory);
  const queueIds = visibleQueueIds(caller, app);
  const sight = JSON.stringify([seesAll(caller) || caller.id, queueIds]);
  const now = app.clock.now();
  const listed = known.listed.get(sight);
  if (listed && now - listed.at < limits.searchFreshMs) return listed.conversations;
  const [open, resolved] = await Promise.all([
    openIds(queueIds, context).then((ids) => app.stores.conversations.many(ids)),
    Promise.all(queueIds.map((queueId) => resolvedIn(queueId, known, context))),
  ]);
  // One that was opened again stands in both.
  const byId = new Map([...resolved.flat(), ...open].map((conversation) => [conversation.id, conversation]));
  const conversations = [...byId.values()].toSorted(byUpdate).slice(0, limits.maxSearchedConversations);
  if (known.listed.size >= limits.maxSearchListings) known.listed.clear();
  known.listed.set(sight, { at: now, conversations });
  return conversations;
}

async function openIds(queueIds: string[], { caller, app, memory }: Context): Promise<string[]> {
  const visible = new Set(queueIds);
  const states = await Promise.all(app.config.pools.map((pool) => readPool(pool.id, app, memory)));
  return states
    .flatMap((state) => openConversations(state))
    .filter(({ queueId, agentId }) => visible.has(queueId) || agentId === caller.id)
    .toSorted((one, other) => other.enqueuedAt - one.enqueuedAt)
    .slice(0, limits.maxSearchedConversations)
    .map(({ id }) => id);
}

/**
 * Reads the list of a queue's resolved conversations from its newest on, up to the first that is known already: what lies
 * behind that one has not moved, but for those that were opened again, which the pool then has.
 */
async function resolvedIn(queueId: string, known: SearchMemory, { app }: Context): Promise<Conversation[]> {
  const before = known.resolved.get(queueId) ?? [];
  const places = new Map(before.map(({ id, closedAt }, place) => [`${id} ${closedAt}`, place]));
  const fresh: Conversation[] = [];
  let rest: Conversation[] = [];
  let cursor: string | undefined;
  let limit: number = before.length === 0 ? limits.maxPageItems : fewItems;
  do {
    const line = { queueId, status: "resolved" } as const;
    const page = await app.stores.conversations.list(line, { limit, cursor, newestFirst: true });
    const met = page.items.findIndex(({ id, closedAt }) => places.has(`${id} ${closedAt}`));
    fresh.push(...(met < 0 ? page.items : page.items.slice(0, met)));
    if (met >= 0) rest = before.slice(places.get(`${page.items[met]!.id} ${page.items[met]!.closedAt}`));
    cursor = met < 0 ? page.cursor : undefined;
    limit = limits.maxPageItems;
  } while (cursor !== undefined && fresh.length < limits.maxSearchedConversations);
  const again = new Set(fresh.map(({ id }) => id));
  const conversations = [...fresh, ...rest.filter(({ id }) => !again.has(id))];
  known.resolved.set(queueId, conversations.slice(0, limits.maxSearchedConversations));
  return conversations;
}

/** Mostly little has been resolved since the last search. */
const fewItems = 5;
