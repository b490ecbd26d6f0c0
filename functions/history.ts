import { maySee } from "./access.ts";
import type { Context } from "./routes.ts";
import type { Conversation, ConversationStatus } from "../shared/core/conversation.ts";
import type { Customer } from "../shared/core/customer.ts";
import { currentCustomer, familyOf } from "../shared/flow/customers.ts";
import { InvalidCursor } from "../shared/ports/paging.ts";

interface Page {
  items: Conversation[];
  cursor?: string;
}

type Asked = { limit: number; cursor?: string };

/**
 * Conversations of the customer as whom this id counts today, newest first, of those that the caller may see. Of all but
 * resolved ones a customer has one at a time, so the history need not be read for them.
 */
export async function ofCustomer(
  customerId: string,
  status: ConversationStatus | "open",
  page: Asked,
  context: Context,
): Promise<Page> {
  const customer = await currentCustomer(customerId, context.app);
  if (status === "resolved") return historyOf(customer, page, context);
  const open = await openOnes(await familyOf(customer, context.app), context);
  return { items: open.filter((conversation) => maySee(context.caller, conversation, context.app)) };
}

/**
 * The histories of a customer and of all that were merged into it, as one, with the open conversation first. Each history
 * has a cursor of its own; a page reads on in those whose conversations it has shown.
 *
 * @throws InvalidCursor
 */
export async function historyOf(customer: Customer, { limit, cursor }: Asked, context: Context): Promise<Page> {
  const { app, caller } = context;
  const family = await familyOf(customer, app);
  const places = readPlaces(cursor, family.length);
  const reads = await Promise.all(family.map(({ id }, position) => read(id, places[position]!, limit, context)));
  const open = cursor === undefined ? await openOnes(family, context) : [];
  const found = reads
    .flatMap(({ items }, position) => items.map((conversation) => ({ conversation, position })))
    .toSorted((one, other) => byOpening(one.conversation, other.conversation));
  const shown = found.slice(0, limit);
  const next = reads.map((each, position) =>
    advance(each, places[position]!, shown.filter((one) => one.position === position).length),
  );
  const isLast = next.every((place) => place === null);
  const closed = shown.map(({ conversation }) => conversation).filter(({ id }) => open.every((each) => each.id !== id));
  return {
    items: [...open, ...closed].filter((conversation) => maySee(caller, conversation, app)),
    ...(isLast ? {} : { cursor: writePlaces(next) }),
  };
}

/** Newest first. */
const byOpening = (one: Conversation, other: Conversation): number =>
  one.openedAt === other.openedAt ? (one.id < other.id ? 1 : -1) : one.openedAt < other.openedAt ? 1 : -1;

async function openOnes(family: Customer[], { app }: Context): Promise<Conversation[]> {
  const ids = family.flatMap(({ openConversationId }) => openConversationId ?? []);
  return ids.length === 0 ? [] : (await app.stores.conversations.many(ids)).toSorted(byOpening);
}

/** Where reading goes on in one history: the cursor of a page, and how many of it were shown. Null: it is at its end. */
type Place = { after: string; shown: number } | null;

interface Read {
  items: Conversation[];
  /** of the page behind */
  cursor?: string;
}

async function read(customerId: string, place: Place, limit: number, { app }: Context): Promise<Read> {
  if (place === null) return { items: [] };
  const page = await app.stores.customers.history(customerId, { limit, cursor: place.after || undefined });
  const items = page.items.length === 0 ? [] : await app.stores.conversations.many(page.items);
  const known = new Map(items.map((item) => [item.id, item]));
  const inOrder = page.items.flatMap((id) => known.get(id) ?? []);
  return { items: inOrder.slice(place.shown), cursor: page.cursor };
}

function advance({ items, cursor }: Read, place: Place, shown: number): Place {
  if (place === null || (shown === items.length && cursor === undefined)) return null;
  return shown === items.length ? { after: cursor!, shown: 0 } : { after: place.after, shown: place.shown + shown };
}

const writePlaces = (places: Place[]): string =>
  places.map((place) => (place === null ? "-" : `${place.shown}.${place.after}`)).join("~");

function readPlaces(cursor: string | undefined, histories: number): Place[] {
  if (cursor === undefined) return Array.from({ length: histories }, () => ({ after: "", shown: 0 }));
  const parts = cursor.split("~");
  if (parts.length !== histories) throw new InvalidCursor();
  return parts.map((part) => {
    const [, shown, after] = /^(\d{1,3})\.([\w-]*)$/.exec(part) ?? [];
    if (part !== "-" && after === undefined) throw new InvalidCursor();
    return after === undefined ? null : { after, shown: Number(shown) };
  });
}
