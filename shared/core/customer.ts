import type { Timestamp } from "./message.ts";

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
  mergedInto?: string;
  name?: string;
  language?: string;
  attributes: Record<string, string | number | boolean>;
}
