import { seesAll, visibleQueueIds } from "../../access.ts";
import type { Context } from "../routes.ts";
import { searchMemoryOf } from "./memory.ts";
import { resolvedLast } from "./resolved.ts";
import type { Conversation } from "../../../shared/core/conversation.ts";
import { limits } from "../../../shared/core/limits.ts";
import { openConversations } from "../../../shared/core/pool/views.ts";
import { readPool } from "../../../shared/flow/pool.ts";

/** When something happened in it last. */
const updatedAt = ({ lastMessageAt, closedAt = "" }: Conversation): string =>
  lastMessageAt > closedAt ? lastMessageAt : closedAt;

/** Updated last comes first. */
export const byUpdate = (one: Conversation, other: Conversation): number =>
  order(other) < order(one) ? -1 : order(other) > order(one) ? 1 : 0;

export const order = (conversation: Conversation): string => `${updatedAt(conversation)}~${conversation.id}`;

/**
 * The conversations updated last that the caller may see, at most `maxSearchedConversations`. No index knows this order:
 * what is open comes from the pools' memory, newest first, what is resolved from the index, newest first.
 */
export async function recentConversations(context: Context): Promise<Conversation[]> {
  const { caller, app, memory } = context;
  const known = searchMemoryOf(memory);
  const queueIds = visibleQueueIds(caller, app);
  const sight = JSON.stringify([seesAll(caller) || caller.id, queueIds]);
  const now = app.clock.now();
  const listed = known.listed.get(sight);
  if (listed && now - listed.at < limits.searchFreshMs) return listed.conversations;
  const [open, resolved] = await Promise.all([openLast(queueIds, context), resolvedLast(queueIds, context)]);
  // One that was opened again stands in both.
  const byId = new Map([...resolved, ...open].map((conversation) => [conversation.id, conversation]));
  const conversations = [...byId.values()].toSorted(byUpdate).slice(0, limits.maxSearchedConversations);
  if (known.listed.size >= limits.maxSearchListings) known.listed.clear();
  known.listed.set(sight, { at: now, conversations });
  return conversations;
}

/**
 * What was opened last. Those that are not known are read, and of the others those that were read longest ago: so every
 * search sees up to `maxSearchRereads` open conversations as they are, and in a larger company all within a few searches.
 */
async function openLast(queueIds: string[], { caller, app, memory }: Context): Promise<Conversation[]> {
  const { open } = searchMemoryOf(memory);
  const visible = new Set(queueIds);
  const states = await Promise.all(app.config.pools.map((pool) => readPool(pool.id, app, memory)));
  const all = states.flatMap((state) => openConversations(state));
  const ids = all
    .filter(({ queueId, agentId }) => visible.has(queueId) || agentId === caller.id)
    .toSorted((one, other) => other.enqueuedAt - one.enqueuedAt)
    .slice(0, limits.maxSearchedConversations)
    .map(({ id }) => id);
  const stalest = ids
    .filter((id) => open.has(id))
    .toSorted((one, other) => open.get(one)!.readAt - open.get(other)!.readAt)
    .slice(0, limits.maxSearchRereads);
  const asked = [...ids.filter((id) => !open.has(id)), ...stalest];
  for (const id of asked) open.delete(id);
  const readAt = app.clock.now();
  for (const conversation of await app.stores.conversations.many(asked)) {
    open.set(conversation.id, { readAt, conversation });
  }
  if (open.size > limits.maxSearchedConversations * 2) forgetAllBut(new Set(all.map(({ id }) => id)), open);
  return ids.flatMap((id) => open.get(id)?.conversation ?? []);
}

function forgetAllBut(ids: Set<string>, known: Map<string, unknown>): void {
  for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
}
