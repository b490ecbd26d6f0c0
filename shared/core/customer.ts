import type { Timestamp } from "./time.ts";

export interface Evidence {
  /** `provider`: the provider's own word that two addresses are one person's */
  kind: "first-contact" | "vouched" | "imported" | "agent" | "provider";
  at: Timestamp;
  /** who decided so: an agent's id, or the record that was imported */
  by?: string;
}

/** A customer's word on messages of one inbox. */
export interface ConsentWord {
  /** when it was said; as release 0.1.0 wrote it, when it came */
  at: Timestamp;
  /** of the message that said it: decides between words of one second */
  sequence: string;
}

/** One address on one channel. Opt-outs hang here, by our inbox: STOP to one number leaves the others open. */
export interface Identity {
  id: string;
  schemaVersion: 1;
  channel: string;
  address: string;
  /** whose own the address is, where each inbox of the channel has its own */
  inboxId?: string;
  customerId: string;
  version: number;
  evidence: Evidence[];
  /** by inbox id */
  optOuts: Record<string, ConsentWord>;
  blocked?: { at: Timestamp; by: string };
  /** nothing arrives there any more, by the provider's word; a message from there ends it */
  unreachable?: { at: Timestamp; reason: string };
  /** by inbox id: nothing of that one's arrives there any more, by the provider's word; a message to it ends it */
  shutOut?: Record<string, { at: Timestamp; reason: string }>;
  /** when they last wrote, by inbox id: of conversations that are resolved, and only where the channel has a window */
  lastInboundAt?: Record<string, Timestamp>;
  /** they agreed to be written to, by the word of the system that they were imported from */
  consent?: { at: Timestamp; by: string };
  /** they have had another address since then, by the provider's word: who writes from this one later is somebody else */
  leftAt?: Timestamp;
  /** addresses of the same person that were joined to this one by the provider's word */
  aliases?: string[];
  createdAt: Timestamp;
}

/** The customer's small head item; it carries the slot of the one open conversation. */
export interface Customer {
  id: string;
  schemaVersion: 1;
  version: number;
  openConversationId?: string;
  /** messageVersion that the holder of the slot was reopened as; absent where it was not */
  reopenedVersion?: number;
  /** the holder before: what was sent there a moment ago may still be under way */
  lastConversationId?: string;
  /** merged: every identity of this one counts as that one's until the merge is undone */
  mergedInto?: string;
  /** customers that were merged into this one and not parted again */
  mergedFrom: string[];
  /** identities that were first seen as, or joined to, this very customer */
  identityIds: string[];
  name?: string;
  language?: string;
  attributes: Record<string, string | number | boolean>;
}

/** One whose head has not been written yet. */
export const unwrittenHead = (id: string): Customer => ({
  id,
  schemaVersion: 1,
  version: 0,
  mergedFrom: [],
  identityIds: [],
  attributes: {},
});

/** What rules may read of a customer, as it was at one version (invariant I9). */
export type CustomerProfile = Pick<Customer, "name" | "language" | "attributes">;

/** What decisions rest on of an identity, as it was at one version (invariant I9). */
export type IdentityFacts = Pick<Identity, "optOuts" | "blocked" | "version">;

/** A join of two customers, kept so that it can be undone. */
export interface Merge {
  /** `mrg_…` */
  id: string;
  schemaVersion: 1;
  survivorId: string;
  /** the one that is merged into it */
  fromId: string;
  evidence: Evidence;
  at: Timestamp;
  /** the open conversation that both go on with; absent where neither had one */
  keptConversationId?: string;
  /** the other open conversation, which the merge closed */
  withdrawnConversationId?: string;
  undone?: { at: Timestamp; by: string };
}
