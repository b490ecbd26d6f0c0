import type { Customer, Identity } from "../../core/customer.ts";
import type { ConversationVersion, CustomerStore, IdentityStore } from "../../ports/stores.ts";
import { changedHead } from "../changes.ts";

/** START is kept beside STOP, so that a STOP that comes late does not undo it. */
interface StoredIdentity {
  identity: Identity;
  restarts: Map<string, string>;
}

export function memoryIdentities(): IdentityStore {
  const identities = new Map<string, StoredIdentity>();

  const existing = (id: string): StoredIdentity => {
    const stored = identities.get(id);
    if (!stored) throw new Error(`There is no identity ${id}.`);
    return stored;
  };

  return {
    async get(id) {
      return structuredClone(identities.get(id)?.identity);
    },

    async create({ id, channel, address, customerId, evidence, at }) {
      if (!identities.has(id)) {
        const identity: Identity = {
          id,
          schemaVersion: 1,
          channel,
          address,
          customerId,
          version: 1,
          evidence: [structuredClone(evidence)],
          optOuts: {},
          createdAt: at,
        };
        identities.set(id, { identity, restarts: new Map() });
      }
      return structuredClone(existing(id).identity);
    },

    async setOptOut(id, inboxId, optedOut, at, sequence) {
      const { identity, restarts } = existing(id);
      const recorded = identity.optOuts[inboxId]?.sequence ?? restarts.get(inboxId);
      if (recorded !== undefined && sequence <= recorded) return;
      identity.version += 1;
      if (optedOut) {
        identity.optOuts[inboxId] = { at, sequence };
        restarts.delete(inboxId);
      } else {
        delete identity.optOuts[inboxId];
        restarts.set(inboxId, sequence);
      }
    },

    async setBlocked(id, blocked) {
      const { identity } = existing(id);
      identity.version += 1;
      if (blocked) identity.blocked = { ...blocked };
      else delete identity.blocked;
    },
  };
}

/** A holder that was reopened since is another one. */
const isHeldBy = ({ openConversationId, reopenedVersion = 0 }: Customer, conversation: ConversationVersion): boolean =>
  openConversationId === conversation.id && reopenedVersion <= conversation.messageVersion;

function leaveSlot(head: Customer): void {
  head.lastConversationId = head.openConversationId;
  delete head.openConversationId;
  delete head.reopenedVersion;
}

export function memoryCustomers(): CustomerStore {
  const customers = new Map<string, Customer>();

  const headOf = (id: string): Customer => {
    const head = customers.get(id) ?? { id, schemaVersion: 1, version: 0, attributes: {} };
    customers.set(id, head);
    return head;
  };

  return {
    async get(id) {
      return structuredClone(customers.get(id));
    },

    async claimOpenConversation(customerId, conversationId, replaces) {
      const head = headOf(customerId);
      if (replaces && isHeldBy(head, replaces)) leaveSlot(head);
      head.openConversationId ??= conversationId;
      return structuredClone(head);
    },

    async claimForReopening(customerId, { id, messageVersion }) {
      const head = headOf(customerId);
      head.openConversationId ??= id;
      if (isHeldBy(head, { id, messageVersion })) head.reopenedVersion = messageVersion;
      return structuredClone(head);
    },

    async freeOpenConversation(customerId, closed, language) {
      const head = customers.get(customerId);
      if (!head || !isHeldBy(head, closed)) return;
      leaveSlot(head);
      head.language ??= language;
    },

    async update(id, change) {
      const head = headOf(id);
      const changed = changedHead(head, change);
      if (changed) customers.set(id, changed);
      return structuredClone(changed ?? head);
    },
  };
}
