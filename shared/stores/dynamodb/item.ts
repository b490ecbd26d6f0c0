import type { Item } from "./table.ts";

/** The version in which items are written. A release reads its own and the one before. */
export const schemaVersion = 1;

/**
 * Takes an item in for its reader.
 *
 * @throws when a later release wrote it: an older one would drop what it does not know
 */
export function readable(item: Item): Item {
  if (item.schemaVersion > schemaVersion) {
    throw new Error(
      `Item ${item.pk} has schema version ${item.schemaVersion}, and this release reads up to ${schemaVersion}: finish the deploy of the newer one.`,
    );
  }
  return item;
}

/** Attributes of one family, flat in the item as `<family>:<member>`: so that a write may touch one of them alone. */
export const memberName = (family: string, member: string): string => `${family}:${member}`;

export function membersOf(item: Item, family: string): [member: string, value: unknown][] {
  const prefix = memberName(family, "");
  return Object.entries(item)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value]);
}

/** The item without its keys and members of families. */
export function attributesOf(item: Item): Item {
  const keys = new Set(["pk", "sk", "listKey", "listOrder"]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => !keys.has(name) && !name.includes(":")));
}

/** Time to live counts seconds; rounded up, so that nothing ends before its time. */
export const inSeconds = (timestamp: string): number => Math.ceil(Date.parse(timestamp) / 1000);
