import type { Conversation } from "../../core/conversation.ts";
import type { Customer, Merge } from "../../core/customer.ts";
import type { CustomerStore, SeenMerge } from "../../ports/stores.ts";
import { closedAttributes, continued, slotsOfMerge, slotsOfUndo, unwrittenHead } from "../changes.ts";
import type { StoredConversations } from "./conversations.ts";
import { raiseVersion, storedCustomer, type StoredCustomers } from "./stored-customers.ts";

type MergeStore = Pick<CustomerStore, "merge" | "getMerge" | "merges" | "undoMerge"> & { forget(id: string): void };

export function memoryMerges(customers: StoredCustomers, conversations: StoredConversations): MergeStore {
  const merges = new Map<string, Merge>();

  const isHead = (seen: Customer): boolean => {
    const now = customers.get(seen.id)?.head ?? unwrittenHead(seen.id);
    return (
      now.version === seen.version &&
      now.openConversationId === seen.openConversationId &&
      now.reopenedVersion === seen.reopenedVersion &&
      now.mergedInto === seen.mergedInto
    );
  };

  /** @param seen undefined: its first message had not been written */
  const isConversation = (id: string | undefined, seen: Conversation | undefined): boolean => {
    if (id === undefined) return true;
    const now = conversations.written.get(id);
    if (!seen) return now === undefined && conversations.settled.get(id)?.closedAt === undefined;
    return (
      now !== undefined &&
      now.messageVersion === seen.messageVersion &&
      now.closedAt === seen.closedAt &&
      now.customerId === seen.customerId
    );
  };

  const give = (id: string, change: Pick<Conversation, "customerId"> & Partial<Conversation>): void => {
    const conversation = conversations.written.get(id);
    if (conversation) Object.assign(conversation, change);
    else conversations.settled.set(id, { customerId: change.customerId });
  };

  const withdraw = (id: string, { at, keptConversationId }: Merge, { survivor, from }: SeenMerge): void => {
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
  };

  return {
    async merge(merge, seen) {
      if (merges.has(merge.id)) return true;
      const { keptConversationId: keptId, withdrawnConversationId: withdrawnId } = merge;
      const { survivor, from, kept, withdrawn } = seen;
      if (!isHead(survivor) || !isHead(from)) return false;
      if (!isConversation(keptId, kept) || !isConversation(withdrawnId, withdrawn)) return false;
      const samePool = withdrawnId && conversations.written.get(withdrawnId)?.poolSequence === withdrawn?.poolSequence;
      if (samePool === false) return false;
      const slots = slotsOfMerge(merge, seen);
      const mergedFrom = [...survivor.mergedFrom, from.id].toSorted();
      raiseVersion(storedCustomer(customers, survivor.id), { ...slots.survivor, mergedFrom });
      raiseVersion(storedCustomer(customers, from.id), { ...slots.from, mergedInto: survivor.id });
      if (keptId !== undefined) give(keptId, { customerId: survivor.id, ...(kept && continued(kept, withdrawn)) });
      if (withdrawnId !== undefined) withdraw(withdrawnId, merge, seen);
      merges.set(merge.id, structuredClone(merge));
      return true;
    },

    async getMerge(id) {
      return structuredClone(merges.get(id));
    },

    async merges(customerId) {
      const own = Array.from(merges.values()).filter(
        ({ survivorId, fromId }) => survivorId === customerId || fromId === customerId,
      );
      return structuredClone(own.toSorted((left, right) => (isBefore(left, right) ? -1 : 1)));
    },

    async undoMerge({ id }, undone, seen) {
      const merge = merges.get(id);
      const { survivor, from, open } = seen;
      if (merge?.undone) return true;
      if (!merge || !isHead(survivor) || !isHead(from)) return false;
      if (open && (!isHead(open.holder) || !isConversation(open.conversation.id, open.conversation))) return false;
      const slots = slotsOfUndo(seen);
      const mergedFrom = survivor.mergedFrom.filter((other) => other !== from.id);
      raiseVersion(storedCustomer(customers, survivor.id), { ...slots.survivor, mergedFrom });
      raiseVersion(storedCustomer(customers, from.id), { ...slots.from, mergedInto: undefined });
      if (open && slots.holder) raiseVersion(storedCustomer(customers, open.holder.id), slots.holder);
      const answers = open?.answers && { ...open.answers, references: undefined };
      if (open) give(open.conversation.id, { customerId: open.keeperId, ...answers });
      merge.undone = { ...undone };
      return true;
    },

    forget(id) {
      merges.delete(id);
    },
  };
}

const isBefore = (left: Merge, right: Merge): boolean =>
  left.at < right.at || (left.at === right.at && left.id < right.id);
