import type { Page } from "../../ports/paging.ts";
import { decodeCursor, encodeCursor, pageSize } from "../cursor.ts";
import { schemaVersion } from "./item.ts";
import { customerKey, historyKey, historyPrefix, idOf } from "./keys.ts";
import type { Table } from "./table.ts";

/** A customer's closed conversations, in the customer's own partition: its order is when they were opened. */
export async function addToHistory(
  table: Table,
  customerId: string,
  conversation: { id: string; openedAt: string },
): Promise<void> {
  await table.put({ ...historyKey(customerId, conversation), schemaVersion });
}

export async function historyOf(
  table: Table,
  customerId: string,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<Page<string>> {
  const { pk } = customerKey(customerId);
  const list = `${pk}/${historyPrefix}`;
  const size = pageSize(limit);
  const after = cursor === undefined ? undefined : decodeCursor(list, cursor);
  const items = await table.query(
    "#pk = :customer AND begins_with(#sk, :history)",
    { ":customer": pk, ":history": historyPrefix },
    {
      limit: size + 1,
      backwards: true,
      after: after && { ...historyKey(customerId, { id: after.id, openedAt: after.order }) },
    },
  );
  const entries = items.slice(0, size).map(({ sk }) => {
    const place = sk.slice(historyPrefix.length);
    const id = idOf(place);
    return { id, order: place.slice(0, -id.length - 1) };
  });
  const last = entries.at(-1);
  return {
    items: entries.map(({ id }) => id),
    cursor: last !== undefined && items.length > size ? encodeCursor(list, last) : undefined,
  };
}
