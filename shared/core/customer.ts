import type { Timestamp } from "./time.ts";

export interface Evidence {
  kind: "first-contact" | "vouched" | "imported" | "agent";
  at: Timestamp;
}

/** One address on one channel. Opt-outs hang here, by our inbox: STOP to one number leaves the others open. */
export interface Identity {
  id: string;
  schemaVersion: 1;
  channel: string;
  address: string;
  customerId: string;
  version: number;
  evidence: Evidence[];
  /** by inbox id */
  optOuts: Record<string, { at: Timestamp; sequence: string }>;
  blocked?: { at: Timestamp; by: string };
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
  mergedInto?: string;
  name?: string;
  language?: string;
  attributes: Record<string, string | number | boolean>;
}
