import type { Customer } from "../../core/customer.ts";
import type { CustomerStore } from "../../ports/stores.ts";
import { changedHead } from "../changes.ts";
import { attributesOf, readable, schemaVersion } from "./item.ts";
import { customerKey, idOf } from "./keys.ts";
import { assignments, maxAttempts, type Item, type Table } from "./table.ts";

export function dynamoCustomers(table: Table): CustomerStore {
  return {
    async get(id) {
      const item = await table.get(customerKey(id));
      return item && readCustomer(item);
    },

    async claimOpenConversation(customerId, conversationId, replaces) {
      const free = "attribute_not_exists(#openConversationId) OR #openConversationId = :mine";
      const change = "SET #openConversationId = :mine, #schemaVersion = :schemaVersion";
      const result = await table.update(customerKey(customerId), change, {
        condition: replaces === undefined ? free : `${free} OR #openConversationId = :replaces`,
        values: { ":mine": conversationId, ":schemaVersion": schemaVersion, ":replaces": replaces },
      });
      return readCustomer(result.item!);
    },

    async freeOpenConversation(customerId, conversationId, language) {
      const remember = language === undefined ? "" : "SET #language = if_not_exists(#language, :language) ";
      await table.update(customerKey(customerId), `${remember}REMOVE #openConversationId`, {
        condition: "#openConversationId = :mine",
        values: { ":mine": conversationId, ":language": language },
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
