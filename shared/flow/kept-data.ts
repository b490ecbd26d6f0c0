import type { Customer } from "../core/customer.ts";
import { limits } from "../core/limits.ts";
import type { StoredMessage } from "../core/message.ts";
import type { App } from "../ports/app.ts";
import type { Page } from "../ports/paging.ts";
import type { Parked } from "../ports/work.ts";

/* What is kept of a customer, and where: what an export gathers and an erasure removes. */

/** Conversations that a customer's own messages opened, and those that messages kept from assignment stand alone in. */
export async function conversationIdsOf(customer: Customer, app: App): Promise<string[]> {
  const history = await all((cursor) =>
    app.stores.customers.history(customer.id, { limit: limits.maxPageItems, cursor }),
  );
  const { openConversationId, lastConversationId } = customer;
  return Array.from(new Set([...history, openConversationId, lastConversationId].filter((id) => id !== undefined)));
}

/** Oldest first. */
export const messagesOf = (conversationId: string, app: App): Promise<StoredMessage[]> =>
  all((cursor) => app.stores.messages.list(conversationId, { limit: limits.maxPageItems, cursor }));

/** Customers whose conversations may hold messages of this one: those that it was ever merged with. */
export async function onceMergedWith(customer: Customer, app: App): Promise<string[]> {
  const merges = await app.stores.customers.merges(customer.id);
  return merges.map(({ survivorId, fromId }) => (survivorId === customer.id ? fromId : survivorId));
}

/** Keys of all objects of the bucket that belong to a message. */
export function objectsOf(message: StoredMessage): string[] {
  const keys = [message.wholeText?.key, ...message.media.map(({ key }) => key)];
  if (message.direction === "in") keys.push(message.html?.key, message.fullText?.key);
  return keys.filter((key) => key !== undefined);
}

/** A message as it came, on channels that keep it for a while. */
export function rawObjectOf(message: StoredMessage, { config }: App): string[] {
  const rawPrefix = config.channels[message.channel]?.rawPrefix;
  return message.direction === "in" && rawPrefix !== undefined ? [`${rawPrefix}${message.providerId}`] : [];
}

/** Parked items that concern a conversation, or come from an identity. */
export async function parkedOf(conversationIds: Set<string>, identityIds: Set<string>, app: App): Promise<Parked[]> {
  const parked = await all((cursor) => app.stores.parked.list({ limit: limits.maxPageItems, cursor }));
  return parked.filter(
    ({ conversationId, groupId }) =>
      identityIds.has(groupId) || (conversationId !== undefined && conversationIds.has(conversationId)),
  );
}

async function all<Item>(read: (cursor: string | undefined) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
}
