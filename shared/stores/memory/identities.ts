import type { ConsentWord, Evidence, Identity, IdentityFacts } from "../../core/customer.ts";
import { outdoes } from "../../core/identify.ts";
import { secondOf } from "../../core/time.ts";
import type { IdentityStore } from "../../ports/stores.ts";
import { justAfter } from "../changes.ts";
import { copyOf } from "./copy.ts";

/** START is kept beside STOP, so that a STOP that comes late does not undo it. */
interface StoredIdentity {
  identity: Identity;
  restarts: Map<string, ConsentWord>;
  versions: Map<number, IdentityFacts>;
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
      return copyOf(identities.get(id)?.identity);
    },

    async many(ids) {
      const different = Array.from(new Set(ids), (id) => identities.get(id)?.identity);
      return copyOf(different.filter((identity) => identity !== undefined));
    },

    async create({ id, channel, address, inboxId, customerId, evidence, at }) {
      if (!identities.has(id)) {
        const identity: Identity = {
          id,
          schemaVersion: 1,
          channel,
          address,
          ...(inboxId !== undefined && { inboxId }),
          customerId,
          version: 1,
          evidence: [copyOf(evidence)],
          optOuts: {},
          createdAt: at,
        };
        identities.set(id, { identity, restarts: new Map(), versions: new Map() });
      }
      return copyOf(existing(id).identity);
    },

    async addEvidence(id, evidence) {
      const { identity } = existing(id);
      const isSame = ({ kind, by }: Evidence): boolean => kind === evidence.kind && by === evidence.by;
      if (!identity.evidence.some(isSame)) identity.evidence.push(copyOf(evidence));
      return copyOf(identity);
    },

    async setOptOut(id, inboxId, optedOut, at, sequence) {
      const stored = existing(id);
      const { identity, restarts } = stored;
      const last = identity.optOuts[inboxId] ?? restarts.get(inboxId);
      if (last && !outdoes({ at, sequence }, last)) return;
      raiseVersion(stored);
      if (optedOut) {
        identity.optOuts[inboxId] = { at, sequence };
        restarts.delete(inboxId);
      } else {
        delete identity.optOuts[inboxId];
        restarts.set(inboxId, { at, sequence });
      }
    },

    async setCarrierOptOut(id, inboxId, at) {
      const stored = existing(id);
      const { identity, restarts } = stored;
      const restart = restarts.get(inboxId);
      if (identity.optOuts[inboxId] || (restart && secondOf(restart.at) >= secondOf(at))) return;
      raiseVersion(stored);
      identity.optOuts[inboxId] = { at, sequence: justAfter(restart?.sequence) };
      restarts.delete(inboxId);
    },

    async setUnreachable(id, unreachable) {
      const { identity } = existing(id);
      if (unreachable) identity.unreachable = { ...unreachable };
      else delete identity.unreachable;
    },

    async setShutOut(id, inboxId, shutOut) {
      const { identity } = existing(id);
      const { [inboxId]: _, ...others } = identity.shutOut ?? {};
      const all = shutOut ? { ...others, [inboxId]: { ...shutOut } } : others;
      if (Object.keys(all).length > 0) identity.shutOut = all;
      else delete identity.shutOut;
    },

    async setLastInbound(id, inboxId, at) {
      const { identity } = existing(id);
      const known = identity.lastInboundAt?.[inboxId];
      if (known === undefined || known < at) identity.lastInboundAt = { ...identity.lastInboundAt, [inboxId]: at };
    },

    async setConsent(id, consent) {
      existing(id).identity.consent = { ...consent };
    },

    async addAliases(id, aliases) {
      const { identity } = existing(id);
      if (aliases.length === 0) return;
      identity.aliases = Array.from(new Set([...(identity.aliases ?? []), ...aliases])).toSorted();
    },

    async setLeft(id, at) {
      existing(id).identity.leftAt ??= at;
    },

    async setBlocked(id, blocked) {
      const stored = existing(id);
      raiseVersion(stored);
      if (blocked) stored.identity.blocked = { ...blocked };
      else delete stored.identity.blocked;
    },

    async atVersion(id, version) {
      const stored = identities.get(id);
      if (stored?.identity.version === version) return factsOf(stored.identity);
      return copyOf(stored?.versions.get(version));
    },

    async remove(id) {
      identities.delete(id);
    },
  };
}

function raiseVersion({ identity, versions }: StoredIdentity): void {
  versions.set(identity.version, factsOf(identity));
  identity.version += 1;
}

const factsOf = ({ version, optOuts, blocked }: Identity): IdentityFacts =>
  copyOf({ version, optOuts, ...(blocked && { blocked }) });
