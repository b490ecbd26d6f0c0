import { unwrittenHead, type Customer } from "../../core/customer.ts";
import type { ConversationVersion, CustomerStore } from "../../ports/stores.ts";
import { changedHead } from "../changes.ts";
import { copyOf } from "./copy.ts";
import { memoryMerges } from "./merges.ts";
import { pageOf } from "./pages.ts";
import type { StoredConversations } from "./conversations.ts";
import { profileOf, raiseVersion, storedCustomer, type StoredCustomers } from "./stored-customers.ts";

/** A holder that was reopened since is another one. */
const isHeldBy = ({ openConversationId, reopenedVersion = 0 }: Customer, conversation: ConversationVersion): boolean =>
  openConversationId === conversation.id && reopenedVersion <= conversation.messageVersion;

function leaveSlot(head: Customer): void {
  head.lastConversationId = head.openConversationId;
  delete head.openConversationId;
  delete head.reopenedVersion;
}

export function memoryCustomers(conversations: StoredConversations): CustomerStore {
  const customers: StoredCustomers = new Map();
  const headOf = (id: string): Customer => storedCustomer(customers, id).head;
  const merges = memoryMerges({ customers, conversations });

  return {
    ...merges,

    async get(id) {
      return copyOf(customers.get(id)?.head);
    },

    async many(ids) {
      const heads = Array.from(new Set(ids), (id) => customers.get(id)?.head);
      return copyOf(heads.filter((head) => head !== undefined));
    },

    async claimOpenConversation(customerId, { conversationId, identityId, customerVersion, replaces }) {
      const head = headOf(customerId);
      const hasChanged = customerVersion !== undefined && customerVersion !== head.version;
      if (head.mergedInto !== undefined || hasChanged) return copyOf(head);
      if (replaces && isHeldBy(head, replaces)) leaveSlot(head);
      if (head.openConversationId === undefined) {
        head.openConversationId = conversationId;
        if (identityId !== undefined) remember(head, [identityId]);
      }
      return copyOf(head);
    },

    async claimForReopening(customerId, { id, messageVersion }, customerVersion) {
      const head = headOf(customerId);
      if (head.mergedInto !== undefined || head.version !== customerVersion) return copyOf(head);
      head.openConversationId ??= id;
      if (isHeldBy(head, { id, messageVersion })) head.reopenedVersion = messageVersion;
      return copyOf(head);
    },

    async freeOpenConversation(customerId, closed, language) {
      const head = customers.get(customerId)?.head;
      if (!head || !isHeldBy(head, closed)) return;
      leaveSlot(head);
      head.language ??= language;
    },

    async update(id, change) {
      const changed = changedHead(customers.get(id)?.head ?? unwrittenHead(id), change);
      if (changed) raiseVersion(storedCustomer(customers, id), changed);
      return copyOf(customers.get(id)?.head ?? unwrittenHead(id));
    },

    async atVersion(id, version) {
      const stored = customers.get(id);
      if (stored?.head.version === version) return profileOf(stored.head);
      return copyOf(stored?.versions.get(version));
    },

    async addIdentities(id, identityIds) {
      const head = headOf(id);
      remember(head, identityIds);
      return copyOf(head);
    },

    async addToHistory(customerId, { id, openedAt }) {
      storedCustomer(customers, customerId).history.set(id, { id, openedAt });
    },

    async history(customerId, page) {
      const list = `HISTORY#${customerId}`;
      const placeOf = ({ openedAt }: { openedAt: string }) => ({ list, order: openedAt });
      const history = customers.get(customerId)?.history.values() ?? [];
      const { items, cursor } = pageOf(history, placeOf, { ...page, list, newestFirst: true });
      return { items: items.map(({ id }) => id), cursor };
    },

    async remove(id) {
      for (const merge of await merges.merges(id)) merges.forget(merge.id);
      customers.delete(id);
    },
  };
}

function remember(head: Customer, identityIds: string[]): void {
  head.identityIds = Array.from(new Set([...head.identityIds, ...identityIds])).toSorted();
}
