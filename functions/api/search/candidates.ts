import { seesAll, visibleQueueIds } from "../access.ts";
import type { Context } from "../routes.ts";
import { searchMemoryOf, type ResolvedEntry, type SearchMemory } from "./memory.ts";
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
 * what is open comes from the pools' memory, newest first, what is resolved from the index, newest first, and all are then
 * read as they are now.
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
    openIds(queueIds, context),
    Promise.all(queueIds.map((queueId) => resolvedIn(queueId, known, context))),
  ]);
  const newest = resolved
    .flat()
    .toSorted((one, other) => (one.closedAt < other.closedAt ? 1 : -1))
    .slice(0, limits.maxSearchedConversations);
  const ids = new Set([...open, ...newest.map(({ id }) => id)]);
  const conversations = (await app.stores.conversations.many([...ids]))
    .toSorted(byUpdate)
    .slice(0, limits.maxSearchedConversations);
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
async function resolvedIn(queueId: string, known: SearchMemory, { app }: Context): Promise<ResolvedEntry[]> {
  const before = known.resolved.get(queueId) ?? [];
  const places = new Map(before.map((entry, place) => [entry.id, { place, closedAt: entry.closedAt }]));
  const fresh: ResolvedEntry[] = [];
  let rest: ResolvedEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await app.stores.conversations.list(
      { queueId, status: "resolved" },
      { limit: limits.maxPageItems, cursor, newestFirst: true },
    );
    const entries = page.items.flatMap(({ id, closedAt }) => (closedAt === undefined ? [] : [{ id, closedAt }]));
    const met = entries.findIndex(({ id, closedAt }) => places.get(id)?.closedAt === closedAt);
    fresh.push(...(met < 0 ? entries : entries.slice(0, met)));
    if (met >= 0) rest = before.slice(places.get(entries[met]!.id)!.place);
    cursor = met < 0 ? page.cursor : undefined;
  } while (cursor !== undefined && fresh.length < limits.maxSearchedConversations);
  const again = new Set(fresh.map(({ id }) => id));
  const entries = [...fresh, ...rest.filter(({ id }) => !again.has(id))].slice(0, limits.maxSearchedConversations);
  known.resolved.set(queueId, entries);
  return entries;
}
