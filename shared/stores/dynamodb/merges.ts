import type { Conversation } from "../../core/conversation.ts";
import type { Customer, Merge } from "../../core/customer.ts";
import type { CustomerStore, SeenMerge, SeenUndo } from "../../ports/stores.ts";
import {
  answeredAt,
  closedAttributes,
  continued,
  keeperOf,
  ownedBy,
  slotsOfMerge,
  slotsOfUndo,
  type Slot,
} from "../changes.ts";
import { conversationPlace } from "../lists.ts";
import { asSeen, assignments, replacements } from "./expressions.ts";
import { attributesOf, readable, schemaVersion } from "./item.ts";
import {
  conversationKey,
  customerKey,
  customerMergeKey,
  customerMergePrefix,
  historyKey,
  idOf,
  mergeKey,
} from "./keys.ts";
import type { Item, Table, TransactedWrite } from "./table.ts";
import { keptVersion } from "./versions.ts";

/**
 * Joins of two customers, each in one transaction. Claiming a slot is refused once the head says `mergedInto`, and a message
 * once its conversation says `closedAt` or a later `ownedSince`: so that whoever routes at the same moment finds out and
 * routes again.
 */
export function dynamoMerges(table: Table): Pick<CustomerStore, "merge" | "getMerge" | "merges" | "undoMerge"> {
  const getMerge = async (id: string): Promise<Merge | undefined> => {
    const item = await table.get(mergeKey(id));
    return item && readMerge(item);
  };

  return {
    getMerge,

    async merge(merge, seen) {
      const written = await table.transact(writesOfMerge(merge, seen));
      return written || (await getMerge(merge.id)) !== undefined;
    },

    async merges(customerId) {
      const condition = "#pk = :customer AND begins_with(#sk, :merge)";
      const values = { ":customer": customerKey(customerId).pk, ":merge": customerMergePrefix };
      const members = await table.query(condition, values);
      const items = await table.getAll(members.map(({ sk }) => mergeKey(idOf(sk))));
      return Array.from(items.values(), readMerge).toSorted(byTime);
    },

    async undoMerge(merge, undone, seen) {
      const written = await table.transact(writesOfUndo(merge, undone, seen));
      return written || (await getMerge(merge.id))?.undone !== undefined;
    },
  };
}

function writesOfMerge(merge: Merge, seen: SeenMerge): TransactedWrite[] {
  const { survivor, from } = seen;
  const { id, keptConversationId, withdrawnConversationId, ...attributes } = merge;
  const slots = slotsOfMerge(merge, seen);
  return [
    {
      put: { ...mergeKey(id), ...attributes, keptConversationId, withdrawnConversationId },
      condition: "attribute_not_exists(#pk)",
    },
    { put: { ...customerMergeKey(survivor.id, id), schemaVersion } },
    { put: { ...customerMergeKey(from.id, id), schemaVersion } },
    ...headWrites(survivor, slots.survivor, { family: "ADD", joined: from.id }),
    ...headWrites(from, slots.from, { mergedInto: survivor.id }),
    ...(keptConversationId === undefined ? [] : [keptWrite(keptConversationId, seen)]),
    ...(withdrawnConversationId === undefined ? [] : withdrawnWrites(withdrawnConversationId, merge, seen)),
  ];
}

const isInForce = "attribute_exists(#pk) AND attribute_not_exists(#undone)";

function writesOfUndo({ id }: Merge, undone: Merge["undone"], seen: SeenUndo): TransactedWrite[] {
  const { survivor, from, open } = seen;
  const slots = slotsOfUndo(seen);
  return [
    { key: mergeKey(id), update: "SET #undone = :undone", condition: isInForce, values: { ":undone": undone } },
    ...headWrites(survivor, slots.survivor, { family: "DELETE", joined: from.id }),
    ...headWrites(from, slots.from, { mergedInto: undefined }),
    ...(open && slots.holder ? headWrites(open.holder, slots.holder, {}) : []),
    ...(open ? [givenWrite(open.conversation, { ...ownedBy(keeperOf(open, from)), ...answeredAt(open.answers) })] : []),
  ];
}

interface HeadChange {
  /** of the one that is merged or parted */
  mergedInto?: string | undefined;
  /** of the survivor: whether the other one comes or goes */
  family?: "ADD" | "DELETE";
  joined?: string;
}

/** The head as it is to be if it still is as it was seen, and the version that it replaces. */
function headWrites(seen: Customer, slot: Slot, { family, joined, ...changed }: HeadChange): TransactedWrite[] {
  const { id, version, openConversationId, reopenedVersion, mergedInto, name, language, attributes } = seen;
  const key = customerKey(id);
  const replaced = replacements({ ...slot, ...changed, version: version + 1, schemaVersion });
  const condition = asSeen({
    version: version === 0 ? undefined : version,
    openConversationId,
    reopenedVersion,
    mergedInto,
  });
  const joining = joined === undefined ? undefined : new Set([joined]);
  return [
    {
      key,
      update: family === undefined ? replaced.update : `${replaced.update} ${family} #mergedFrom :joined`,
      condition: condition.condition,
      values: { ...replaced.values, ...condition.values, ":joined": joining },
    },
    keptVersion(key, version, { name, language, attributes }),
  ];
}

/** One whose first message is still on its way: what is settled here already, that message will not change. */
const isUnwritten = "attribute_not_exists(#openedAt) AND attribute_not_exists(#closedAt)";

function keptWrite(id: string, { survivor, kept, withdrawn }: SeenMerge): TransactedWrite {
  if (kept) return givenWrite(kept, { ...ownedBy(survivor), ...continued(kept, withdrawn) });
  const { update, values } = assignments({ customerId: survivor.id, schemaVersion });
  return { key: conversationKey(id), update, condition: isUnwritten, values };
}

/** An open conversation, as it was seen, goes to a customer. */
function givenWrite(seen: Conversation, change: Partial<Conversation>): TransactedWrite {
  const { update, values } = replacements({ openerIdentityId: seen.openerIdentityId, ...change });
  const condition = asSeen(seenOf(seen));
  return {
    key: conversationKey(seen.id),
    update,
    condition: condition.condition,
    values: { ...values, ...condition.values },
  };
}

/** Closes it, and remembers it in the history of its own customer. */
function withdrawnWrites(
  id: string,
  { at, keptConversationId }: Merge,
  { survivor, from, withdrawn }: SeenMerge,
): TransactedWrite[] {
  const key = conversationKey(id);
  const ended = { closedAt: at, continuedIn: keptConversationId, schemaVersion };
  if (!withdrawn) {
    const customerId = from.openConversationId === id ? from.id : survivor.id;
    const { update, values } = assignments({ ...ended, customerId });
    return [{ key, update, condition: isUnwritten, values }];
  }
  const closed = closedAttributes(withdrawn, at, withdrawn.poolSequence);
  const place = conversationPlace({ id, ...closed });
  const { update, values } = replacements({ ...ended, ...closed, listKey: place.list, listOrder: place.order });
  const condition = asSeen({ ...seenOf(withdrawn), poolSequence: withdrawn.poolSequence });
  return [
    {
      key,
      update,
      condition: condition.condition,
      values: { ...values, ...condition.values },
    },
    { put: { ...historyKey(withdrawn.customerId, withdrawn), schemaVersion } },
  ];
}

const seenOf = ({ messageVersion, closedAt, customerId }: Conversation) => ({ messageVersion, closedAt, customerId });

const readMerge = (item: Item): Merge => ({
  ...(attributesOf(readable(item)) as Omit<Merge, "id">),
  id: idOf(item.pk),
});

const byTime = (left: Merge, right: Merge): number =>
  left.at < right.at || (left.at === right.at && left.id < right.id) ? -1 : 1;
