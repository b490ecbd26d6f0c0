import type { Conversation, PooledAttributes, RoutedAttributes } from "../core/conversation.ts";
import type { FirstContact } from "../core/identify.ts";
import type { Customer, Identity } from "../core/customer.ts";
import type { Decision } from "../core/decision.ts";
import type {
  InboundStored,
  NoteStored,
  OutboundStored,
  SendError,
  SendStatus,
  StoredMessage,
} from "../core/message.ts";
import type { Timestamp } from "../core/time.ts";
import type { PoolEntry } from "../core/pool/types.ts";

/*
 * What the functions need of a database, in operations that are each atomic and each safe to repeat. A conditional
 * write whose response was lost reports its own earlier write as "already there": callers compare, never assume.
 */

export interface Page<Item> {
  items: Item[];
  /** pass it back for the next page; absent on the last */
  cursor?: string;
}

/** The cursor is not one that this list gave: the caller's mistake, never ours. */
export class InvalidCursor extends Error {
  override name = "InvalidCursor";
}

export interface IdentityStore {
  get(id: string): Promise<Identity | undefined>;
  /** Puts it unless it is there. @returns what is stored now */
  create(contact: FirstContact): Promise<Identity>;
  /**
   * Records STOP (`optedOut`) or START of one inbox and raises the version; a sequence that is not above the recorded one
   * changes nothing. @throws when there is no such identity
   */
  setOptOut(id: string, inboxId: string, optedOut: boolean, at: Timestamp, sequence: string): Promise<void>;
  /** Raises the version. @throws when there is no such identity */
  setBlocked(id: string, blocked: { at: Timestamp; by: string } | null): Promise<void>;
}

/** A conversation as it was at one `messageVersion`. */
export interface ConversationVersion {
  id: string;
  messageVersion: number;
}

export interface CustomerStore {
  get(id: string): Promise<Customer | undefined>;
  /**
   * Claims the slot of the one open conversation, creating the customer's head where it is missing.
   * Succeeds when the slot is free, holds `conversationId` already, or holds `replaces` (a conversation seen closed at that
   * version) and it was not reopened since. A head that is missing has version 0, and claiming does not raise it.
   * @returns the head as it is now; its `openConversationId` says who holds the slot
   */
  claimOpenConversation(customerId: string, conversationId: string, replaces?: ConversationVersion): Promise<Customer>;
  /**
   * Claims the slot for a closed conversation that is to be reopened as `version`: free, or held by it already. From then
   * on nothing that rests on an earlier closing takes the slot away.
   * @returns the head as it is now
   */
  claimForReopening(customerId: string, conversation: ConversationVersion): Promise<Customer>;
  /**
   * Frees the slot if `closed` still holds it and was not reopened after that version. In the same write the head remembers
   * the `language` that the conversation was held in, where it knows none.
   */
  freeOpenConversation(customerId: string, closed: ConversationVersion, language?: string): Promise<void>;
  /** Merges profile attributes into the head (created where it is missing) and raises the version; where all values are there already, nothing changes. */
  update(
    id: string,
    change: { name?: string; language?: string; attributes?: Record<string, string | number | boolean> },
  ): Promise<Customer>;
}

export type ApplyResult =
  | { outcome: "applied" | "repeated"; conversation: Conversation }
  | { outcome: "closed"; conversation: Conversation };

export interface ConversationStore {
  /** Strong read. */
  get(id: string): Promise<Conversation | undefined>;
  /**
   * Step (3) of `route`: creates or updates the conversation with one inbound message and raises `messageVersion` by one,
   * unless this identity's `sequence` or a later one has been applied already (`repeated`, also when it was closed since)
   * or it is closed (`closed`).
   * First values win for `openedAt`, `subject`, `language`, `requested` and `tags`; the last message wins for where to reply.
   * `lastMessageAt`/`lastInboundAt` never move backwards.
   */
  applyMessage(
    id: string,
    message: Pick<
      RoutedAttributes,
      | "customerId"
      | "customerVersion"
      | "identityId"
      | "address"
      | "channel"
      | "inboxId"
      | "subject"
      | "language"
      | "tags"
      | "requested"
    > & {
      sequence: string;
      at: Timestamp;
    },
  ): Promise<ApplyResult>;
  /**
   * Writes the pool's attributes unless a projection of the same or a later entry is there, or it is closed.
   * @returns the conversation as it is now, written or not; undefined where there is none
   */
  project(id: string, attributes: PooledAttributes): Promise<Conversation | undefined>;
  /**
   * Closes it if no message has come since `messageVersion` and no later entry is projected; sets status resolved and the
   * pool's attributes, and keeps queue and agent.
   * @returns "closed" (also when it was closed before) or "newer" when a later message or entry is there
   */
  close(
    id: string,
    messageVersion: number,
    at: Timestamp,
    poolSequence: number,
  ): Promise<{ outcome: "closed" | "newer" | "missing"; conversation?: Conversation }>;
  /** Opens one again that is closed at the version before, and raises `messageVersion` to this one. @returns it as it is now */
  reopen({ id, messageVersion }: ConversationVersion): Promise<Conversation | undefined>;
  touch(id: string, lastMessageAt: Timestamp): Promise<void>;
  setTags(id: string, tags: string[]): Promise<Conversation | undefined>;
  markGap(id: string): Promise<void>;
  /**
   * By queue and status, longest enqueued first; assigned and offered ones by agent, then so, and `agentId` narrows them.
   * KEYS_ONLY index, then strong reads: what has left the list is dropped, what has just come may be missing.
   * @throws InvalidCursor
   */
  list(
    filter: { queueId: string; status: "waiting" | "offered" | "assigned" | "snoozed" | "resolved"; agentId?: string },
    page: { limit: number; cursor?: string },
  ): Promise<Page<Conversation>>;
}

export interface MessageStore {
  get(id: string): Promise<StoredMessage | undefined>;
  /** Puts it unless one with this id is there. @returns what is stored, and whether this call surely wrote it */
  create<Message extends StoredMessage>(message: Message): Promise<{ created: boolean; message: Message }>;
  /** Replaces the plan if it is still the one with `planVersion`. @returns the message as stored now @throws when there is none */
  replacePlan(id: string, planVersion: number, conversationId: string, decision: Decision): Promise<InboundStored>;
  /** In order of `order`, oldest first. @throws InvalidCursor */
  list(
    conversationId: string,
    page: { limit: number; cursor?: string; newestFirst?: boolean },
  ): Promise<Page<StoredMessage>>;
  /**
   * queued → sending, by one attempt. Where the response was lost, a second call with the same attempt id succeeds again.
   * @param afterReassignment marks it: its author does not hold the conversation any more
   * @returns the message as stored; it is ours when `status` is sending and `attemptId` is the one given
   */
  claimSend(
    id: string,
    attemptId: string,
    at: Timestamp,
    afterReassignment?: true,
  ): Promise<OutboundStored | undefined>;
  /**
   * sending, unknown or parked, last held by this attempt (undefined: by none) → queued: only when the provider surely has
   * nothing, or a person decides so. The one way down in rank.
   * `doubtfulSince` is kept with it, or taken off.
   * @returns whether it is queued by this attempt's release, now or by an earlier call
   */
  requeueSend(id: string, attemptId: string | undefined, doubtfulSince?: Timestamp): Promise<boolean>;
  /**
   * Sets the status if its rank is higher than the stored one; the provider's id is kept once known, whatever the rank.
   * With `attemptId`, only while that attempt holds it. @returns the message as stored now
   */
  raiseStatus(
    id: string,
    change: { status: SendStatus; at: Timestamp; providerId?: string; error?: SendError; attemptId?: string },
  ): Promise<OutboundStored | undefined>;
}

export type { StoredMessage, InboundStored, OutboundStored, NoteStored };

export interface PoolLogStore {
  /** The put under `attribute_not_exists` that is the fence. @returns false when the sequence is taken (perhaps by our own lost write) */
  append(entry: PoolEntry): Promise<boolean>;
  /** Strong read of what comes after `sequence`, in order, all of it. */
  readAfter(poolId: string, sequence: number): Promise<PoolEntry[]>;
  /** Projections are done up to here; 0 where nothing is. */
  watermark(poolId: string): Promise<number>;
  /** Never moves it back. */
  setWatermark(poolId: string, sequence: number): Promise<void>;
  /** The newest snapshot's sequence and blob key. */
  head(poolId: string): Promise<{ sequence: number; key: string } | undefined>;
  setHead(poolId: string, head: { sequence: number; key: string }): Promise<void>;
}

/** What could not be done and waits for a person. Outlives every queue's retention. */
export interface Parked {
  id: string;
  schemaVersion: 1;
  kind: "inbound" | "pool" | "outbound" | "timer";
  /** the job as it was on the queue, to be sent on; empty where it lies in the bucket */
  body: string;
  /** of a body too large for an item */
  bodyKey?: string;
  groupId: string;
  reason: string;
  at: Timestamp;
  conversationId?: string;
  /** of a send whose outcome nobody could find out */
  sendId?: string;
}

export interface ParkedStore {
  /** Repeating it changes nothing. */
  put(item: Parked): Promise<void>;
  get(id: string): Promise<Parked | undefined>;
  remove(id: string): Promise<void>;
  /** Longest parked first. @throws InvalidCursor */
  list(page: { limit: number; cursor?: string }): Promise<Page<Parked>>;
}

/** Timers beyond 15 minutes, and checks that must come even if a process dies: an index by due minute. */
export interface DueItem {
  id: string;
  dueAt: Timestamp;
  job: { kind: "send-check"; messageId: string };
}

export interface DueStore {
  put(item: DueItem): Promise<void>;
  /** All that is due by `now`, oldest first, at most `limit`. */
  due(now: Timestamp, limit: number): Promise<DueItem[]>;
  remove(item: DueItem): Promise<void>;
}

export interface SocketConnection {
  connectionId: string;
  agentId: string;
  /** sees every conversation's pushes */
  supervisor: boolean;
  expiresAt: Timestamp;
}

export interface SocketStore {
  put(connection: SocketConnection): Promise<void>;
  remove(connectionId: string): Promise<void>;
  /** Connections of these agents and of all supervisors, each once; best effort, one that has just opened may be missing. */
  audience(agentIds: string[]): Promise<SocketConnection[]>;
  putTicket(ticket: { id: string; agentId: string; supervisor: boolean; expiresAt: Timestamp }): Promise<void>;
  /** One use: a second call finds nothing, and nor does one at or after `expiresAt`. */
  takeTicket(id: string, now: Timestamp): Promise<{ agentId: string; supervisor: boolean } | undefined>;
}

export interface Stores {
  identities: IdentityStore;
  customers: CustomerStore;
  conversations: ConversationStore;
  messages: MessageStore;
  poolLog: PoolLogStore;
  parked: ParkedStore;
  due: DueStore;
  sockets: SocketStore;
}
