import type { Timestamp } from "./time.ts";
import type { Requested } from "./decision.ts";

export type ConversationStatus = "waiting" | "offered" | "assigned" | "snoozed" | "resolved";

/** Attributes that only `route` (and the API's reopen) writes. */
export interface RoutedAttributes {
  customerId: string;
  /** the customer's version when the conversation was last routed (invariant I8) */
  customerVersion: number;
  /** last used by the customer: where a reply goes */
  identityId: string;
  address: string;
  channel: string;
  inboxId: string;
  subject: string;
  language: string;
  tags: string[];
  requested: Requested;
  openedAt: Timestamp;
  lastMessageAt: Timestamp;
  lastInboundAt: Timestamp;
  /** counts applied messages and reopenings; resolving succeeds only on the version it saw */
  messageVersion: number;
  /** last applied position by identity: a redelivery is not applied twice */
  inboundSequence: Record<string, string>;
  /** set when it is closed; a message that finds it set opens another conversation */
  closedAt?: Timestamp;
  /** a message of this conversation is parked */
  gap?: boolean;
}

/** Attributes that only the pool's projection writes; absent until the pool has seen the conversation. */
export interface PooledAttributes {
  status: ConversationStatus;
  queueId: string;
  agentId: string | null;
  offerId?: string;
  enqueuedAt: Timestamp;
  /** the log entry that this projection shows */
  poolSequence: number;
}

export interface Conversation extends RoutedAttributes, Partial<PooledAttributes> {
  id: string;
  schemaVersion: 1;
}
