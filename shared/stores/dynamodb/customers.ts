import type { Customer } from "../../core/customer.ts";
import type { ConversationVersion, CustomerStore } from "../../ports/stores.ts";
import { changedHead } from "../changes.ts";
import { attributesOf, readable, schemaVersion } from "./item.ts";
import { customerKey, idOf } from "./keys.ts";
import { assignments, maxAttempts, type Item, type Table } from "./table.ts";

const isFree = "attribute_not_exists(#openConversationId)";

/** A holder that was reopened since is another one. */
const isHeld = "#openConversationId = :id AND (attribute_not_exists(#reopenedVersion) OR #reopenedVersion <= :version)";

const heldBy = ({ id, messageVersion }: ConversationVersion) => ({ ":id": id, ":version": messageVersion });

export function dynamoCustomers(table: Table): CustomerStore {
  return {
    async get(id) {
      const item = await table.get(customerKey(id));
      return item && readCustomer(item);
    },

    async claimOpenConversation(customerId, conversationId, replaces) {
      const claim = "SET #openConversationId = :mine, #schemaVersion = :schemaVersion";
      const replace = `${claim}, #lastConversationId = :id REMOVE #reopenedVersion`;
      const values = { ":mine": conversationId, ":schemaVersion": schemaVersion };
      // A slot that is free or ours already has nothing to replace: two conditions, and so two writes at most.
      const claimed = await table.update(customerKey(customerId), claim, { condition: isFree, values });
      if (claimed.written || !replaces || claimed.item?.openConversationId !== replaces.id)
        return readCustomer(claimed.item!);
      const result = await table.update(customerKey(customerId), replace, {
        condition: isHeld,
        values: { ...values, ...heldBy(replaces) },
      });
      return readCustomer(result.item!);
    },

    async claimForReopening(customerId, conversation) {
      const claim = "SET #openConversationId = :id, #reopenedVersion = :version, #schemaVersion = :schemaVersion";
      const result = await table.update(customerKey(customerId), claim, {
        condition: `${isFree} OR (${isHeld})`,
        values: { ...heldBy(conversation), ":schemaVersion": schemaVersion },
      });
      return readCustomer(result.item!);
    },

    async freeOpenConversation(customerId, closed, language) {
      const remember = language === undefined ? "" : ", #language = if_not_exists(#language, :language)";
      const free = `SET #lastConversationId = :id${remember} REMOVE #openConversationId, #reopenedVersion`;
      await table.update(customerKey(customerId), free, {
        condition: isHeld,
        values: { ...heldBy(closed), ":language": language },
      });
    },

    async update(id, change) {
      let item = await table.get(customerKey(id));
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        const seen = readCustomer(item ?? customerKey(id));
        const changed = changedHead(seen, change);
        if (!changed) return seen;
        const result = await writeHead(table, changed, seen.version);
        if (result.written) return readCustomer(result.item);
        item = result.item;
      }
      throw new Error(`Customer ${id} kept changing while it was written: try again.`);
    },
  };
}

/** Touches the profile alone: the slot is claimed and freed beside it. */
function writeHead(table: Table, { id, name, language, attributes, version }: Customer, seenVersion: number) {
  const { update, values } = assignments({ name, language, attributes, version, schemaVersion });
  return table.update(customerKey(id), update, {
    condition: seenVersion === 0 ? "attribute_not_exists(#version)" : "#version = :seenVersion",
    values: { ...values, ":seenVersion": seenVersion === 0 ? undefined : seenVersion },
  });
}

/** A head that was only claimed has neither attributes nor a version yet. */
const readCustomer = (item: Item): Customer => ({
  schemaVersion,
  version: 0,
  attributes: {},
  ...attributesOf(readable(item)),
  id: idOf(item.pk),
});
