import type { Context } from "../routes.ts";
import { searchMemoryOf, type ResolvedList } from "./memory.ts";
import type { Conversation } from "../../../shared/core/conversation.ts";
import { limits } from "../../../shared/core/limits.ts";
import type { App } from "../../../shared/ports/app.ts";

/**
 * The conversations of some queues that were resolved last, at least `maxSearchedConversations` where there are so many.
 * Each queue's list is remembered: hardly anything happens to what is resolved, so only what is new is read, and older
 * pages only as far as they reach among the newest of all.
 */
export async function resolvedLast(queueIds: string[], { app, memory }: Context): Promise<Conversation[]> {
  const { resolved } = searchMemoryOf(memory);
  const lists = await Promise.all(
    queueIds.map(async (queueId) => {
      const list = await newest(queueId, resolved.get(queueId), app);
      resolved.set(queueId, list);
      return list;
    }),
  );
  for (;;) {
    const all = lists.flatMap(({ conversations }) => conversations).toSorted(byClosing);
    const last = all[limits.maxSearchedConversations - 1];
    const unfinished = lists.filter(({ conversations, cursor }) => {
      const oldest = conversations.at(-1);
      return cursor !== undefined && (!last || !oldest || byClosing(oldest, last) < 0);
    });
    if (unfinished.length === 0) return all;
    await Promise.all(unfinished.map((list) => readOn(list, app)));
  }
}

const byClosing = (one: Conversation, other: Conversation): number =>
  (other.closedAt ?? "") < (one.closedAt ?? "") ? -1 : 1;

/** Mostly little has been resolved since the last search. */
const fewItems = 5;

/** Reads a queue's list from its newest on, up to the first that is known already; where none is, it begins anew. */
async function newest(queueId: string, known: ResolvedList | undefined, app: App): Promise<ResolvedList> {
  const line = { queueId, status: "resolved" } as const;
  if (!known) {
    const page = await app.stores.conversations.list(line, { limit: limits.maxPageItems, newestFirst: true });
    return { queueId, conversations: page.items, cursor: page.cursor };
  }
  const places = new Map(known.conversations.map((each, place) => [stateOf(each), place]));
  const fresh: Conversation[] = [];
  let page: { limit: number; cursor?: string } = { limit: fewItems };
  while (fresh.length < limits.maxSearchedConversations) {
    const { items, cursor } = await app.stores.conversations.list(line, { ...page, newestFirst: true });
    const met = items.findIndex((each) => places.has(stateOf(each)));
    if (met >= 0) {
      fresh.push(...items.slice(0, met));
      const again = new Set(fresh.map(({ id }) => id));
      const rest = known.conversations.slice(places.get(stateOf(items[met]!))).filter(({ id }) => !again.has(id));
      return bounded({ ...known, conversations: [...fresh, ...rest] });
    }
    fresh.push(...items);
    page = { limit: limits.maxPageItems, cursor };
    if (cursor === undefined) break;
  }
  return { queueId, conversations: fresh, cursor: page.cursor };
}

/** Behind as many as a search looks at, nobody reads on. */
function bounded({ queueId, conversations, cursor }: ResolvedList): ResolvedList {
  if (conversations.length <= limits.maxSearchedConversations) return { queueId, conversations, cursor };
  return { queueId, conversations: conversations.slice(0, limits.maxSearchedConversations) };
}

/** One that was opened and resolved again has another place in the list. */
const stateOf = ({ id, closedAt }: Conversation): string => `${id} ${closedAt}`;

async function readOn(list: ResolvedList, app: App): Promise<void> {
  const line = { queueId: list.queueId, status: "resolved" } as const;
  const page = { limit: limits.maxPageItems, cursor: list.cursor, newestFirst: true };
  const { items, cursor } = await app.stores.conversations.list(line, page);
  const known = new Set(list.conversations.map(({ id }) => id));
  list.conversations.push(...items.filter(({ id }) => !known.has(id)));
  list.cursor = cursor;
}
