export interface Page<Item> {
  items: Item[];
  /** pass it back for the next page; absent on the last */
  cursor?: string;
}

/** The cursor is not one that this list gave: the caller's mistake, never ours. */
export class InvalidCursor extends Error {
  override name = "InvalidCursor";
}
