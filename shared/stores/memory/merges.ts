import type { Conversation } from "../../core/conversation.ts";
import { unwrittenHead, type Customer, type Merge } from "../../core/customer.ts";
import type { CustomerStore, SeenMerge, SeenUndo } from "../../ports/stores.ts";
import { answeredAt, closedAttributes, continued, keeperOf, ownedBy, slotsOfMerge, slotsOfUndo } from "../changes.ts";
import { copyOf } from "./copy.ts";
import type { StoredConversations } from "./conversations.ts";
import { raiseVersion, storedCustomer, type StoredCustomers } from "./stored-customers.ts";

type MergeStore = Pick<CustomerStore, "merge" | "getMerge" | "merges" | "undoMerge"> & { forget(id: string): void };

/** What a merge changes. */
interface World {
  customers: StoredCustomers;
  conversations: StoredConversations;
}

export function memoryMerges(world: World): MergeStore {
  const merges = new Map<string, Merge>();

  return {
    async merge(merge, seen) {
      if (merges.has(merge.id)) return true;
      if (!isAsSeen(world, merge, seen)) return false;
      carryOut(world, merge, seen);
      merges.set(merge.id, copyOf(merge));
      return true;
    },

    async getMerge(id) {
      return copyOf(merges.get(id));
    },

    async merges(customerId) {
      const own = Array.from(merges.values()).filter(
        ({ survivorId, fromId }) => survivorId === customerId || fromId === customerId,
      );
      return copyOf(own.toSorted((one, other) => (isBefore(one, other) ? -1 : 1)));
    },

    async undoMerge({ id }, undone, seen) {
      const merge = merges.get(id);
      if (merge?.undone) return true;
      if (!merge || !canUndo(world, seen)) return false;
      undo(world, seen);
      merge.undone = { ...undone };
      return true;
    },

    forget(id) {
      merges.delete(id);
    },
  };
}

const isBefore = (one: Merge, other: Merge): boolean => one.at < other.at || (one.at === other.at && one.id < other.id);

function isHead({ customers }: World, seen: Customer): boolean {
  const now = customers.get(seen.id)?.head ?? unwrittenHead(seen.id);
  return (
    now.version === seen.version &&
    now.openConversationId === seen.openConversationId &&
    now.reopenedVersion === seen.reopenedVersion &&
    now.mergedInto === seen.mergedInto
  );
}

/** @param seen undefined: its first message had not been written */
function isConversation({ conversations }: World, id: string | undefined, seen: Conversation | undefined): boolean {
  if (id === undefined) return true;
  const now = conversations.written.get(id);
  if (!seen) return now === undefined && conversations.settled.get(id)?.closedAt === undefined;
  return (
    now !== undefined &&
    now.messageVersion === seen.messageVersion &&
    now.closedAt === seen.closedAt &&
    now.customerId === seen.customerId
  );
}

function isAsSeen(world: World, merge: Merge, { survivor, from, kept, withdrawn }: SeenMerge): boolean {
  const { keptConversationId, withdrawnConversationId } = merge;
  const inPool = withdrawn && world.conversations.written.get(withdrawn.id)?.poolSequence;
  return (
    isHead(world, survivor) &&
    isHead(world, from) &&
    isConversation(world, keptConversationId, kept) &&
    isConversation(world, withdrawnConversationId, withdrawn) &&
    inPool === withdrawn?.poolSequence
  );
}

function carryOut(world: World, merge: Merge, seen: SeenMerge): void {
  const { survivor, from, kept, withdrawn } = seen;
  const slots = slotsOfMerge(merge, seen);
  const mergedFrom = [...survivor.mergedFrom, from.id].toSorted();
  raiseVersion(storedCustomer(world.customers, survivor.id), { ...slots.survivor, mergedFrom });
  raiseVersion(storedCustomer(world.customers, from.id), { ...slots.from, mergedInto: survivor.id });
  const { keptConversationId, withdrawnConversationId } = merge;
  const change = { ...ownedBy(survivor), ...(kept && continued(kept, withdrawn)) };
  if (keptConversationId !== undefined) give(world, keptConversationId, change);
  if (withdrawnConversationId !== undefined) withdraw(world, withdrawnConversationId, merge, seen);
}

function give({ conversations }: World, id: string, change: Pick<Conversation, "customerId"> & Partial<Conversation>) {
  const conversation = conversations.written.get(id);
  if (conversation) Object.assign(conversation, change);
  else conversations.settled.set(id, { customerId: change.customerId });
}

function withdraw(
  { customers, conversations }: World,
  id: string,
  { at, keptConversationId }: Merge,
  { survivor, from }: SeenMerge,
): void {
  const conversation = conversations.written.get(id);
  const ended = { closedAt: at, continuedIn: keptConversationId };
  if (conversation) {
    Object.assign(conversation, closedAttributes(conversation, at, conversation.poolSequence), ended);
    const { history } = storedCustomer(customers, conversation.customerId);
    history.set(id, { id, openedAt: conversation.openedAt });
  } else {
    const customerId = from.openConversationId === id ? from.id : survivor.id;
    conversations.settled.set(id, { customerId, ...ended });
  }
}

function canUndo(world: World, { survivor, from, open }: SeenUndo): boolean {
  if (!isHead(world, survivor) || !isHead(world, from)) return false;
  return !open || (isHead(world, open.holder) && isConversation(world, open.conversation.id, open.conversation));
}

function undo(world: World, seen: SeenUndo): void {
  const { survivor, from, open } = seen;
  const slots = slotsOfUndo(seen);
  const mergedFrom = survivor.mergedFrom.filter((other) => other !== from.id);
  raiseVersion(storedCustomer(world.customers, survivor.id), { ...slots.survivor, mergedFrom });
  raiseVersion(storedCustomer(world.customers, from.id), { ...slots.from, mergedInto: undefined });
  if (!open) return;
  if (slots.holder) raiseVersion(storedCustomer(world.customers, open.holder.id), slots.holder);
  give(world, open.conversation.id, { ...ownedBy(keeperOf(open, from)), ...answeredAt(open.answers) });
}
