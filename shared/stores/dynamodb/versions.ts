import { schemaVersion } from "./item.ts";
import { versionKey, type Key } from "./keys.ts";
import type { Item, Table, TransactedWrite } from "./table.ts";

/*
 * An item that decisions rest on keeps what each raise of its version replaced, so that they can be computed again
 * (invariant I9).
 */

/** The write that goes into the same transaction as the raise. */
export const keptVersion = (key: Key, version: number, attributes: object): TransactedWrite => ({
  put: { ...versionKey(key, version), schemaVersion, ...attributes },
});

/** The attributes as kept; undefined where no write replaced that version. */
export const readVersion = (table: Table, key: Key, version: number): Promise<Item | undefined> =>
  table.get(versionKey(key, version));
