import type { Page } from "../../ports/paging.ts";
import { decodeCursor, encodeCursor, pageSize } from "../cursor.ts";
import type { Place } from "../lists.ts";
import { copyOf } from "./copy.ts";

interface ListOptions {
  list: string;
  orderPrefix?: string;
  limit: number;
  cursor?: string;
  newestFirst?: boolean;
}

/** One page of a list, sorted as the table's index sorts it. */
export function pageOf<Item extends { id: string }>(
  items: Iterable<Item>,
  placeOf: (item: Item) => Place | undefined,
  options: ListOptions,
): Page<Item> {
  const { list, orderPrefix = "", cursor, newestFirst = false } = options;
  const after = cursor === undefined ? undefined : decodeCursor(list, cursor);
  const direction = newestFirst ? -1 : 1;
  const found: { order: string; id: string; item: Item }[] = [];
  for (const item of items) {
    const place = placeOf(item);
    if (place?.list === list && place.order.startsWith(orderPrefix))
      found.push({ order: place.order, id: item.id, item });
  }
  const compare = (left: { order: string; id: string }, right: { order: string; id: string }): number =>
    direction * (compareText(left.order, right.order) || compareText(left.id, right.id));
  const rest = found.filter((entry) => after === undefined || compare(entry, after) > 0).toSorted(compare);
  const page = rest.slice(0, pageSize(options.limit));
  const last = page.at(-1);
  return {
    items: copyOf(page.map((entry) => entry.item)),
    cursor: last !== undefined && rest.length > page.length ? encodeCursor(list, last) : undefined,
  };
}

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
