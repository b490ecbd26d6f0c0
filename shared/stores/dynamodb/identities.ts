import type { ConsentWord, Evidence, Identity, IdentityFacts } from "../../core/customer.ts";
import { outdoes } from "../../core/identify.ts";
import { secondOf, type Timestamp } from "../../core/time.ts";
import type { IdentityStore } from "../../ports/stores.ts";
import { justAfter } from "../changes.ts";
import { asSeen } from "./expressions.ts";
import { attributesOf, memberName, membersOf, readable, schemaVersion } from "./item.ts";
import { identityKey, idOf } from "./keys.ts";
import { maxAttempts, type Item, type Table, type TransactedWrite } from "./table.ts";
import { keptVersion, readVersion } from "./versions.ts";

/** The last word on one inbox. START is kept beside STOP, so that a STOP that comes late does not undo it. */
interface StoredOptOut extends ConsentWord {
  optedOut: boolean;
}

const family = "optOut";
const lastInboundFamily = "lastInbound";
const shutOutFamily = "shutOut";

export function dynamoIdentities(table: Table): IdentityStore {
  return {
    async get(id) {
      const item = await table.get(identityKey(id));
      return item && readIdentity(item);
    },

    async many(ids) {
      return Array.from((await table.getAll(ids.map(identityKey))).values(), readIdentity);
    },

    async create({ id, evidence, at, ...contact }) {
      const item = { schemaVersion, ...contact, version: 1, evidence: [evidence], createdAt: at };
      const result = await table.putNew({ ...identityKey(id), ...item });
      return readIdentity(result.item!);
    },

    addEvidence: (id, evidence) => addEvidence(table, id, evidence),

    async setOptOut(id, inboxId, optedOut, at, sequence) {
      const optOut: StoredOptOut = { at, sequence, optedOut };
      const name = memberName(family, inboxId);
      await raiseVersion(table, id, (item) => {
        if (item[name] && !outdoes(optOut, item[name] as StoredOptOut)) return undefined;
        return { update: "SET #optOut = :optOut", names: { "#optOut": name }, values: { ":optOut": optOut } };
      });
    },

    async setCarrierOptOut(id, inboxId, at) {
      const name = memberName(family, inboxId);
      await raiseVersion(table, id, (item) => {
        const last = item[name] as StoredOptOut | undefined;
        if (last && (last.optedOut || secondOf(last.at) >= secondOf(at))) return undefined;
        const optOut: StoredOptOut = { at, sequence: justAfter(last?.sequence), optedOut: true };
        return { update: "SET #optOut = :optOut", names: { "#optOut": name }, values: { ":optOut": optOut } };
      });
    },

    ...whatReachesIt(table),

    async setBlocked(id, blocked) {
      await raiseVersion(table, id, () =>
        blocked
          ? { update: "SET #blocked = :blocked", values: { ":blocked": blocked } }
          : { update: "REMOVE #blocked", values: {} },
      );
    },

    async atVersion(id, version) {
      const item = await table.get(identityKey(id));
      if (item?.version === version) return factsOf(readIdentity(item));
      const kept = await readVersion(table, identityKey(id), version);
      return kept && factsOf(readIdentity({ ...kept, version }));
    },

    async remove(id) {
      await table.removePartition(identityKey(id).pk);
    },
  };
}

type Reaching = "setUnreachable" | "setShutOut" | "setLastInbound" | "setConsent" | "addAliases" | "setLeft";

/** What is remembered of reaching a customer; no decision rests on it. */
const whatReachesIt = (table: Table): Pick<IdentityStore, Reaching> => ({
  async setUnreachable(id, unreachable) {
    if (unreachable) await set(table, id, "SET #unreachable = :unreachable", { ":unreachable": unreachable });
    else await set(table, id, "REMOVE #unreachable", {});
  },

  async setShutOut(id, inboxId, shutOut) {
    const names = { "#shutOut": memberName(shutOutFamily, inboxId) };
    if (shutOut) await set(table, id, "SET #shutOut = :shutOut", { ":shutOut": shutOut }, names);
    else await set(table, id, "REMOVE #shutOut", {}, names);
  },

  async setLastInbound(id, inboxId, at) {
    const { written, item } = await table.update(identityKey(id), "SET #last = :at", {
      condition: "attribute_exists(#pk) AND (attribute_not_exists(#last) OR #last < :at)",
      names: { "#last": memberName(lastInboundFamily, inboxId) },
      values: { ":at": at },
    });
    if (!written && !item) throw missing(id);
  },

  async setConsent(id, consent) {
    await set(table, id, "SET #consent = :consent", { ":consent": consent });
  },

  async addAliases(id, aliases) {
    if (aliases.length === 0) await existing(table, id);
    else await set(table, id, "ADD #aliases :aliases", { ":aliases": new Set(aliases) });
  },

  async setLeft(id, at) {
    await set(table, id, "SET #leftAt = if_not_exists(#leftAt, :at)", { ":at": at });
  },
});

const missing = (id: string): Error => new Error(`There is no identity ${id}.`);

async function existing(table: Table, id: string): Promise<Item> {
  const item = await table.get(identityKey(id));
  if (!item) throw missing(id);
  return item;
}

/** What no decision rests on: the version stays. */
async function set(
  table: Table,
  id: string,
  update: string,
  values: Record<string, unknown>,
  names?: Record<string, string>,
): Promise<void> {
  const { written } = await table.update(identityKey(id), update, {
    condition: "attribute_exists(#pk)",
    names,
    values,
  });
  if (!written) throw missing(id);
}

interface Change {
  update: string;
  names?: Record<string, string>;
  values: Record<string, unknown>;
}

/** @param changeOf undefined where there is nothing to change */
async function raiseVersion(table: Table, id: string, changeOf: (item: Item) => Change | undefined): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const item = await existing(table, id);
    const change = changeOf(item);
    if (!change) return;
    if (await table.transact([raised(id, item, change), keptFacts(id, item)])) return;
  }
  throw new Error(`Identity ${id} kept changing while it was written: try again.`);
}

function raised(id: string, { version }: Item, { update, names, values }: Change): TransactedWrite {
  const raise = "#version = :raised";
  const whole = update.startsWith("SET ") ? `${update}, ${raise}` : `SET ${raise} ${update}`;
  const seen = asSeen({ version });
  return {
    key: identityKey(id),
    update: whole,
    names,
    condition: seen.condition,
    values: { ...values, ...seen.values, ":raised": version + 1 },
  };
}

/** With the words that were lifted, as the item has them. */
function keptFacts(id: string, item: Item): TransactedWrite {
  const words = membersOf(item, family).map(([member, value]) => [memberName(family, member), value]);
  return keptVersion(identityKey(id), item.version, { ...Object.fromEntries(words), blocked: item.blocked });
}

async function addEvidence(table: Table, id: string, evidence: Evidence): Promise<Identity> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const item = await existing(table, id);
    const known = item.evidence as Evidence[];
    if (known.some(({ kind, by }) => kind === evidence.kind && by === evidence.by)) return readIdentity(item);
    const result = await table.update(identityKey(id), "SET #evidence = list_append(#evidence, :added)", {
      condition: "size(#evidence) = :count",
      values: { ":added": [evidence], ":count": known.length },
    });
    if (result.written) return readIdentity(result.item);
  }
  throw new Error(`Identity ${id} kept changing while it was written: try again.`);
}

const factsOf = ({ version, optOuts, blocked }: Identity): IdentityFacts => ({
  version,
  optOuts,
  ...(blocked && { blocked }),
});

function readIdentity(item: Item): Identity {
  const optOuts = membersOf(readable(item), family) as [string, StoredOptOut][];
  const inForce = optOuts.filter(([, { optedOut }]) => optedOut);
  const { aliases, ...attributes } = attributesOf(item);
  const lastInbound = membersOf(item, lastInboundFamily) as [string, Timestamp][];
  const shutOut = membersOf(item, shutOutFamily) as [string, NonNullable<Identity["shutOut"]>[string]][];
  return {
    ...(attributes as Omit<Identity, "id" | "optOuts" | "aliases" | "lastInboundAt" | "shutOut">),
    ...(aliases && { aliases: Array.from(aliases as Set<string>).toSorted() }),
    ...(shutOut.length > 0 && { shutOut: Object.fromEntries(shutOut) }),
    ...(lastInbound.length > 0 && { lastInboundAt: Object.fromEntries(lastInbound) }),
    id: idOf(item.pk),
    optOuts: Object.fromEntries(inForce.map(([inboxId, { at, sequence }]) => [inboxId, { at, sequence }])),
  };
}
