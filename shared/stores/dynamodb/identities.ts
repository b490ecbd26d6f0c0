import type { Identity } from "../../core/customer.ts";
import type { IdentityStore } from "../../ports/stores.ts";
import { attributesOf, memberName, membersOf, readable, schemaVersion } from "./item.ts";
import { identityKey, idOf } from "./keys.ts";
import type { Item, Table } from "./table.ts";

/** The last word on one inbox. START is kept beside STOP, so that a STOP that comes late does not undo it. */
interface StoredOptOut {
  at: string;
  sequence: string;
  optedOut: boolean;
}

const family = "optOut";

export function dynamoIdentities(table: Table): IdentityStore {
  return {
    async get(id) {
      const item = await table.get(identityKey(id));
      return item && readIdentity(item);
    },

    async create({ id, channel, address, customerId, evidence, at }) {
      const item = { schemaVersion, channel, address, customerId, version: 1, evidence: [evidence], createdAt: at };
      const result = await table.putNew({ ...identityKey(id), ...item });
      return readIdentity(result.item!);
    },

    async setOptOut(id, inboxId, optedOut, at, sequence) {
      const optOut: StoredOptOut = { at, sequence, optedOut };
      const result = await table.update(identityKey(id), "SET #optOut = :optOut, #version = #version + :one", {
        condition: "attribute_exists(#pk) AND (attribute_not_exists(#optOut) OR #optOut.#sequence < :sequence)",
        names: { "#optOut": memberName(family, inboxId) },
        values: { ":optOut": optOut, ":sequence": sequence, ":one": 1 },
      });
      if (!result.item) throw new Error(`There is no identity ${id}.`);
    },

    async setBlocked(id, blocked) {
      const change = blocked
        ? "SET #blocked = :blocked, #version = #version + :one"
        : "SET #version = #version + :one REMOVE #blocked";
      const result = await table.update(identityKey(id), change, {
        condition: "attribute_exists(#pk)",
        values: { ":blocked": blocked ?? undefined, ":one": 1 },
      });
      if (!result.item) throw new Error(`There is no identity ${id}.`);
    },
  };
}

function readIdentity(item: Item): Identity {
  const optOuts = membersOf(readable(item), family) as [string, StoredOptOut][];
  const inForce = optOuts.filter(([, { optedOut }]) => optedOut);
  return {
    ...(attributesOf(item) as Omit<Identity, "id" | "optOuts">),
    id: idOf(item.pk),
    optOuts: Object.fromEntries(inForce.map(([inboxId, { at, sequence }]) => [inboxId, { at, sequence }])),
  };
}
