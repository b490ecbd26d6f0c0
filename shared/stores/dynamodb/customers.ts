import { unwrittenHead, type Customer } from "../../core/customer.ts";
import type { ConversationVersion, CustomerStore } from "../../ports/stores.ts";
import { changedHead } from "../changes.ts";
import { addToHistory, historyOf } from "./history.ts";
import { asSeen, assignments } from "./expressions.ts";
import { attributesOf, readable, schemaVersion } from "./item.ts";
import { customerKey, idOf, mergeKey } from "./keys.ts";
import { dynamoMerges } from "./merges.ts";
import { maxAttempts, type Item, type Table } from "./table.ts";
import { keptVersion, readVersion } from "./versions.ts";

/** One who was merged into another has no slot to claim. */
const isOwn = "attribute_not_exists(#mergedInto)";
const isFree = `${isOwn} AND attribute_not_exists(#openConversationId)`;

/** A holder that was reopened since is another one. */
const isHeld = "#openConversationId = :id AND (attribute_not_exists(#reopenedVersion) OR #reopenedVersion <= :version)";

const heldBy = ({ id, messageVersion }: ConversationVersion) => ({ ":id": id, ":version": messageVersion });

export function dynamoCustomers(table: Table): CustomerStore {
  const get = async (id: string): Promise<Customer | undefined> => {
    const item = await table.get(customerKey(id));
    return item && readCustomer(item);
  };

  const merges = dynamoMerges(table);

  return {
    get,

    async many(ids) {
      return Array.from((await table.getAll(ids.map(customerKey))).values(), readCustomer);
    },

    claimOpenConversation: (customerId, claim) => claimOpenConversation(table, customerId, claim),

    async claimForReopening(customerId, conversation, customerVersion) {
      const claim = "SET #openConversationId = :id, #reopenedVersion = :version, #schemaVersion = :schemaVersion";
      const result = await table.update(customerKey(customerId), claim, {
        condition: isAtVersion(`((${isFree}) OR (${isOwn} AND ${isHeld}))`, customerVersion),
        values: {
          ...heldBy(conversation),
          ":schemaVersion": schemaVersion,
          ":customerVersion": customerVersion || undefined,
        },
      });
      return readCustomer(result.item!);
    },

    freeOpenConversation: (customerId, closed, language) => freeOpenConversation(table, customerId, closed, language),

    update: (id, change) => update(table, id, change),

    async atVersion(id, version) {
      const head = await get(id);
      if (head?.version === version) return profileOf(head);
      const kept = await readVersion(table, customerKey(id), version);
      return kept && profileOf(readCustomer(kept));
    },

    async addIdentities(id, identityIds) {
      const change = "SET #schemaVersion = :schemaVersion ADD #identityIds :added";
      const values = { ":schemaVersion": schemaVersion, ":added": new Set(identityIds) };
      return readCustomer((await table.update(customerKey(id), change, { values })).item!);
    },

    addToHistory: (customerId, conversation) => addToHistory(table, customerId, conversation),
    history: (customerId, page) => historyOf(table, customerId, page),
    ...merges,

    async remove(id) {
      // What is found through the customer goes before it, so that a second try finds what a first one left.
      for (const merge of await merges.merges(id)) await table.remove(mergeKey(merge.id));
      await table.removePartition(customerKey(id).pk);
    },
  };
}

async function claimOpenConversation(
  table: Table,
  customerId: string,
  { conversationId, identityId, customerVersion, replaces }: Parameters<CustomerStore["claimOpenConversation"]>[1],
): Promise<Customer> {
  const claim = "SET #openConversationId = :mine, #schemaVersion = :schemaVersion";
  const remember = identityId === undefined ? "" : " ADD #identityIds :identities";
  const values = {
    ":mine": conversationId,
    ":schemaVersion": schemaVersion,
    ":identities": identityId === undefined ? undefined : new Set([identityId]),
    ":customerVersion": customerVersion || undefined,
  };
  // A slot that is free or ours already has nothing to replace: two conditions, and so two writes at most.
  const claimed = await table.update(customerKey(customerId), `${claim}${remember}`, {
    condition: isAtVersion(isFree, customerVersion),
    values,
  });
  if (claimed.written || !replaces || claimed.item?.openConversationId !== replaces.id)
    return readCustomer(claimed.item!);
  const replace = `${claim}, #lastConversationId = :id REMOVE #reopenedVersion${remember}`;
  const result = await table.update(customerKey(customerId), replace, {
    condition: isAtVersion(`${isOwn} AND ${isHeld}`, customerVersion),
    values: { ...values, ...heldBy(replaces) },
  });
  return readCustomer(result.item!);
}

async function freeOpenConversation(
  table: Table,
  customerId: string,
  closed: ConversationVersion,
  language: string | undefined,
): Promise<void> {
  const remember = language === undefined ? "" : ", #language = if_not_exists(#language, :language)";
  const free = `SET #lastConversationId = :id${remember} REMOVE #openConversationId, #reopenedVersion`;
  const values = { ...heldBy(closed), ":language": language };
  await table.update(customerKey(customerId), free, { condition: isHeld, values });
}

const isAtVersion = (condition: string, customerVersion: number | undefined): string => {
  if (customerVersion === undefined) return condition;
  return `${condition} AND ${customerVersion === 0 ? "attribute_not_exists(#version)" : "#version = :customerVersion"}`;
};

async function update(table: Table, id: string, change: Parameters<CustomerStore["update"]>[1]): Promise<Customer> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const item = await table.get(customerKey(id));
    const seen = item ? readCustomer(item) : unwrittenHead(id);
    const changed = changedHead(seen, change);
    if (!changed || (await writeProfile(table, changed, seen))) return changed ?? seen;
  }
  throw new Error(`Customer ${id} kept changing while it was written: try again.`);
}

/** Touches the profile alone: the slot is claimed and freed beside it. */
function writeProfile(table: Table, changed: Customer, seen: Customer): Promise<boolean> {
  const key = customerKey(seen.id);
  const { update, values } = assignments({ ...profileOf(changed), version: changed.version, schemaVersion });
  const condition = asSeen({ version: seen.version === 0 ? undefined : seen.version });
  return table.transact([
    { key, update, condition: condition.condition, values: { ...values, ...condition.values } },
    keptVersion(key, seen.version, profileOf(seen)),
  ]);
}

const profileOf = ({ name, language, attributes }: Customer) => ({
  ...(name !== undefined && { name }),
  ...(language !== undefined && { language }),
  attributes,
});

/** A head that was only claimed has neither attributes nor a version yet. */
function readCustomer(item: Item): Customer {
  const { identityIds, mergedFrom, ...attributes } = attributesOf(readable(item));
  return {
    ...unwrittenHead(idOf(item.pk)),
    ...attributes,
    identityIds: sorted(identityIds),
    mergedFrom: sorted(mergedFrom),
  };
}

const sorted = (ids: Set<string> | undefined): string[] => Array.from(ids ?? []).toSorted();
