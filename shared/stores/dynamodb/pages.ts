import type { Page } from "../../ports/paging.ts";
import { decodeCursor, encodeCursor, pageSize, type Position } from "../cursor.ts";
import { idOf, tableNames, type Key } from "./keys.ts";
import type { Item, Table } from "./table.ts";

interface ListOptions {
  list: string;
  orderPrefix?: string;
  limit: number;
  cursor?: string;
  newestFirst?: boolean;
}

/**
 * One page of the index, with each item read strongly: the index lags behind the table, so that what it lists may have
 * moved on. A page is filled up as long as there is more, and ends with a cursor only then.
 */
export async function pageOf<Entity>(
  table: Table,
  keyOf: (id: string) => Key,
  read: (item: Item) => Entity,
  options: ListOptions,
): Promise<Page<Entity>> {
  const { list, cursor } = options;
  const size = pageSize(options.limit);
  const items: Entity[] = [];
  let position = cursor === undefined ? undefined : decodeCursor(list, cursor);
  for (;;) {
    const wanted = size - items.length;
    const entries = await indexEntries(table, keyOf, position, { ...options, limit: wanted + 1 });
    const taken = entries.slice(0, wanted);
    const stored = await table.getAll(taken.map((entry) => keyOf(entry.id)));
    for (const { id } of taken) {
      const item = stored.get(keyOf(id).pk);
      if (item && belongs(item, options)) items.push(read(item));
    }
    position = taken.at(-1) ?? position;
    if (entries.length <= wanted || position === undefined) return { items };
    if (items.length === size) return { items, cursor: encodeCursor(list, position) };
  }
}

async function indexEntries(
  table: Table,
  keyOf: (id: string) => Key,
  after: Position | undefined,
  { list, orderPrefix = "", limit, newestFirst }: ListOptions,
): Promise<Position[]> {
  const condition = orderPrefix ? "#listKey = :list AND begins_with(#listOrder, :prefix)" : "#listKey = :list";
  const values = orderPrefix ? { ":list": list, ":prefix": orderPrefix } : { ":list": list };
  const entries = await table.query(condition, values, {
    index: tableNames.listIndex,
    limit,
    backwards: newestFirst,
    after: after && { ...keyOf(after.id), listKey: list, listOrder: after.order },
  });
  return entries.map((entry) => ({ id: idOf(entry.pk), order: entry.listOrder }));
}

const belongs = (item: Item, { list, orderPrefix = "" }: ListOptions): boolean =>
  item.listKey === list && item.listOrder.startsWith(orderPrefix);
