import type { Timestamp } from "./time.ts";
import type { Requested } from "./decision.ts";

export type ConversationStatus = "waiting" | "offered" | "assigned" | "snoozed" | "resolved";

/** Attributes that only `route` (and the API's reopen) writes. */
export interface RoutedAttributes {
  /** the first message's customer; only a merge or its undoing changes it (invariant I8) */
  customerId: string;
  /** whose first message opened it: after a merge is undone, it stays with this one's customer */
  openerIdentityId: string;
  /** the version that made it this customer's, by a merge, its undoing or opening it again: what was routed before that is routed again (invariant I8) */
  ownedSince?: number;
  /** the customer's version when the conversation was last routed (invariant I8) */
  customerVersion: number;
  /** last used by the customer: where a reply goes */
  identityId: string;
  address: string;
  channel: string;
  inboxId: string;
  /** the customer's name when they wrote last, else what they call themselves there; absent where neither is known */
  customerName?: string;
  subject: string;
  language: string;
  tags: string[];
  requested: Requested;
  openedAt: Timestamp;
  lastMessageAt: Timestamp;
  lastInboundAt: Timestamp;
  /** counts applied messages and reopenings; resolving succeeds only on the version it saw */
  messageVersion: number;
  /** when a customer last wrote, by `windowKey`; only of channels with a window */
  windows?: Record<string, Timestamp>;
  /** last applied position by identity: a redelivery is not applied twice */
  inboundSequence: Record<string, string>;
  /** set when it is closed; a message that finds it set opens another conversation */
  closedAt?: Timestamp;
  /** when it was opened again last */
  reopenedAt?: Timestamp;
  /** a message of this conversation is parked */
  gap?: boolean;
  /** a person's reply to the customer that failed once it was taken, while nobody has answered again or resolved it since: the message's id */
  unsent?: string;
  /** closed by a merge: the customer's one conversation is this other one */
  continuedIn?: string;
  /** a stranger answered that conversation: it is named for agents, and never shown to the stranger */
  relatesTo?: string;
  /** of the last message in that has them: what an answer names as answered */
  references?: string[];
  /** the latest `seenOrder` of what came in and its holder has seen */
  readUpTo?: string;
}

/** Attributes that only the pool's projection writes; absent until the pool has seen the conversation. */
export interface PooledAttributes {
  status: ConversationStatus;
  queueId: string;
  agentId: string | null;
  offerId?: string;
  enqueuedAt: Timestamp;
  /** of a snoozed one: when it waits again by itself */
  snoozedUntil?: Timestamp;
  /** whose log says so; what release 0.1.0 wrote does not tell */
  poolId: string;
  /** the log entry that this projection shows */
  poolSequence: number;
}

/** A window to write freely is one address's and one inbox's. */
export const windowKey = (identityId: string, inboxId: string): string => `${identityId} ${inboxId}`;

/** What a conversation knows of windows, each with whose and which inbox's it is. */
export const windowsOf = ({ windows = {} }: Pick<Conversation, "windows">) =>
  Object.entries(windows).map(([key, since]) => {
    const blank = key.indexOf(" ");
    return { identityId: key.slice(0, blank), inboxId: key.slice(blank + 1), since };
  });

export interface Conversation extends RoutedAttributes, Partial<PooledAttributes> {
  id: string;
  schemaVersion: 1;
}
