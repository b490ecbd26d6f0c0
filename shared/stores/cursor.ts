import { limits } from "../core/limits.ts";
import { InvalidCursor } from "../ports/paging.ts";

/** Where a page ended: the place and id of its last item. */
export interface Position {
  order: string;
  id: string;
}

/** @returns opaque text for the other side, good for this list only */
export const encodeCursor = (list: string, { order, id }: Position): string =>
  Buffer.from(JSON.stringify([list, order, id])).toString("base64url");

/** @throws InvalidCursor when it is not a cursor, or one of another list */
export function decodeCursor(list: string, cursor: string): Position {
  const parts = partsOf(cursor);
  const [of, order, id] = Array.isArray(parts) ? parts : [];
  if (!isKey(of) || !isKey(order) || !isKey(id)) {
    throw new InvalidCursor("The cursor is not one that a list gave: leave it out to start again.");
  }
  if (of !== list) throw new InvalidCursor("The cursor belongs to another list: leave it out to start this one.");
  return { order, id };
}

/** How many items a page holds: what was asked for, within the limit. */
export const pageSize = (asked: number): number => Math.min(Math.max(1, asked), limits.maxPageItems);

function partsOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

/** DynamoDB refuses an empty key and one over 1,024 bytes. */
const isKey = (part: unknown): part is string =>
  typeof part === "string" && part.length > 0 && Buffer.byteLength(part) <= 1024;
