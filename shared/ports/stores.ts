import type { Conversation, PooledAttributes, RoutedAttributes } from "../core/conversation.ts";
import type { FirstContact } from "../core/identify.ts";
import type { Customer, CustomerProfile, Evidence, Identity, IdentityFacts, Merge } from "../core/customer.ts";
import type { Decision } from "../core/decision.ts";
import type {
  InboundStored,
  MediaReference,
  OutboundStored,
  SendError,
  SendStatus,
  StoredMessage,
} from "../core/message.ts";
import type { Timestamp } from "../core/time.ts";
import type { ChatStore, RateStore, SocketStore, ViewerStore } from "./connections.ts";
import type { Page } from "./paging.ts";
import type { DueStore, ParkedStore, PoolLogStore, WebhookStore } from "./work.ts";

/*
 * What the functions need of a database, in operations that are each atomic and each safe to repeat. A conditional
 * write whose response was lost reports its own earlier write as "already there": callers compare, never assume.
 */

export interface IdentityStore {
  get(id: string): Promise<Identity | undefined>;
  /** Those that are there, in no order. */
  many(ids: string[]): Promise<Identity[]>;
  /** Puts it unless it is there. @returns what is stored now */
  create(contact: FirstContact): Promise<Identity>;
  /** Adds the evidence unless one of that kind and author is there; the version stays. @throws when there is no such identity */
  addEvidence(id: string, evidence: Evidence): Promise<Identity>;
  /**
   * Records STOP (`optedOut`) or START of one inbox and raises the version; one that was said before the recorded one, or in
   * the same second with a sequence that is not above its, changes nothing.
   *
   * @param at when it was said
   * @throws when there is no such identity
   */
  setOptOut(id: string, inboxId: string, optedOut: boolean, at: Timestamp, sequence: string): Promise<void>;
  /**
   * Records that the carrier holds back messages of one inbox since they stopped it there, and raises the version; what they
   * said to us in that second or later stays, and so does a STOP. Any START that is said later lifts it.
   *
   * @throws when there is no such identity
   */
  setCarrierOptOut(id: string, inboxId: string, at: Timestamp): Promise<void>;
  /** Remembers that nothing arrives there, or (null) that something came from there; the version stays. @throws when there is no such identity */
  setUnreachable(id: string, unreachable: { at: Timestamp; reason: string } | null): Promise<void>;
  /** The same of what one inbox sends there alone. */
  setShutOut(id: string, inboxId: string, shutOut: { at: Timestamp; reason: string } | null): Promise<void>;
  /** Never moves back; the version stays. @throws when there is no such identity */
  setLastInbound(id: string, inboxId: string, at: Timestamp): Promise<void>;
  /** The version stays. @throws when there is no such identity */
  setConsent(id: string, consent: { at: Timestamp; by: string }): Promise<void>;
  /** Remembers that these addresses were joined to it; the version stays. @throws when there is no such identity */
  addAliases(id: string, aliases: string[]): Promise<void>;
  /** Remembers that they left the address then; the first word on it stays, and so does the version. @throws when there is no such identity */
  setLeft(id: string, at: Timestamp): Promise<void>;
  /** Raises the version. @throws when there is no such identity */
  setBlocked(id: string, blocked: { at: Timestamp; by: string } | null): Promise<void>;
  /** What decisions at that version rested on: every raise of the version keeps what it replaced. */
  atVersion(id: string, version: number): Promise<IdentityFacts | undefined>;
  /** Removes it with its earlier versions. */
  remove(id: string): Promise<void>;
}

/** A conversation as it was at one `messageVersion`. */
export interface ConversationVersion {
  id: string;
  messageVersion: number;
}

export interface CustomerStore {
  get(id: string): Promise<Customer | undefined>;
  /** Those that are there, in no order. */
  many(ids: string[]): Promise<Customer[]>;
  /**
   * Claims the slot of the one open conversation, creating the customer's head where it is missing, and remembers the
   * identity, where it is one of this very customer's own. A customer who was merged into another gets no claim: the head that is returned
   * says so. Succeeds when the slot is free, holds `conversationId` already, or holds `replaces` (a conversation seen closed at that
   * version) and it was not reopened since. A head that is missing has version 0, and claiming does not raise it. With
   * `customerVersion` it succeeds at that version only, since whoever counts as this customer changes with it.
   * @returns the head as it is now; its `openConversationId` says who holds the slot
   */
  claimOpenConversation(
    customerId: string,
    claim: { conversationId: string; identityId?: string; customerVersion?: number; replaces?: ConversationVersion },
  ): Promise<Customer>;
  /**
   * Claims the slot for a closed conversation that is to be reopened as `version`: free, or held by it already. From then
   * on nothing that rests on an earlier closing takes the slot away. One who was merged into another gets no claim, and nobody
   * gets one at another version than this: whose the conversation is may have changed with it.
   * @returns the head as it is now; at another version it says nothing of this claim
   */
  claimForReopening(customerId: string, conversation: ConversationVersion, customerVersion: number): Promise<Customer>;
  /**
   * Frees the slot if `closed` still holds it and was not reopened after that version. In the same write the head remembers
   * the `language` that the conversation was held in, where it knows none.
   */
  freeOpenConversation(customerId: string, closed: ConversationVersion, language?: string): Promise<void>;
  /** Merges profile attributes into the head (created where it is missing) and raises the version; where all values are there already, nothing changes. */
  update(
    id: string,
    change: { name?: string; language?: string; attributes?: Record<string, string | number | boolean | null> },
  ): Promise<Customer>;
  /** What rules read at that version: every raise of the version keeps what it replaced. */
  atVersion(id: string, version: number): Promise<CustomerProfile | undefined>;
  /** Remembers identities as this customer's (created where it is missing); the version stays. */
  addIdentities(id: string, identityIds: string[]): Promise<Customer>;
  /** Remembers a closed conversation in the customer's history; repeating it changes nothing. */
  addToHistory(customerId: string, conversation: { id: string; openedAt: Timestamp }): Promise<void>;
  /** Ids of this very customer's closed conversations, newest first. @throws InvalidCursor */
  history(customerId: string, page: { limit: number; cursor?: string }): Promise<Page<string>>;
  /**
   * Carries a merge out in one transaction, on condition that heads and conversations still are as they were seen: sets
   * `mergedInto` and `mergedFrom`, raises both versions, moves the slot to the kept conversation, gives that one to the
   * survivor, and closes the withdrawn one as `continuedIn` the kept. Where the customer wrote last in the withdrawn one,
   * the kept one answers there; its `messageVersion` rises, since there is more to be seen. A conversation that a slot names
   * and that is not `seen` has no message yet: what is settled about it holds when that message comes.
   * @returns false when something has changed since: read again, then decide again. True also for a merge of this id that is there.
   */
  merge(merge: Merge, seen: SeenMerge): Promise<boolean>;
  getMerge(id: string): Promise<Merge | undefined>;
  /** Merges that this customer is a side of, undone ones among them. */
  merges(customerId: string): Promise<Merge[]>;
  /**
   * Undoes a merge in one transaction, under the same condition: takes `mergedInto` and `mergedFrom` away, raises both
   * versions, and gives the conversation that is open, with the slot, to `keeperId`.
   * @returns false when something has changed since; true also where it was undone before
   */
  undoMerge(merge: Merge, undone: { at: Timestamp; by: string }, seen: SeenUndo): Promise<boolean>;
  /** Removes the head with its versions, history and merges. */
  remove(id: string): Promise<void>;
}

/** What a merge rests on, as it was read. */
export interface SeenMerge {
  survivor: Customer;
  from: Customer;
  kept?: Conversation;
  withdrawn?: Conversation;
}

/** Where a reply goes. */
export type AnswerRoute = Pick<RoutedAttributes, "identityId" | "address" | "channel" | "inboxId">;

/** What undoing a merge rests on, as it was read. */
export interface SeenUndo {
  survivor: Customer;
  from: Customer;
  /** the open conversation that one of the two is to keep; absent where neither has one */
  open?: {
    conversation: Conversation;
    /** who has it in their slot: the survivor, or whom that one was merged into since */
    holder: Customer;
    /** the one that is parted, or the holder */
    keeperId: string;
    /** where the keeper wrote last, if the other one has written since */
    answers?: AnswerRoute;
  };
}

export type ApplyResult =
  | { outcome: "applied" | "repeated"; conversation: Conversation }
  | { outcome: "closed" | "moved"; conversation: Conversation };

export interface ConversationStore {
  /** Strong read. */
  get(id: string): Promise<Conversation | undefined>;
  /**
   * Step (3) of `route`: creates or updates the conversation with one inbound message and raises `messageVersion` by one,
   * unless this identity's `sequence` or a later one has been applied already (`repeated`, also when it was closed since),
   * it is closed (`closed`), or `customerId` at `customerVersion` is from before a merge or its undoing gave it away (`moved`).
   * First values win for `openedAt`, `customerId`, `openerIdentityId`, `subject`, `language`, `requested`, `tags` and
   * `relatesTo`; the last message wins for where to reply, and the last that has them for `references` and `customerName`.
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
      | "customerName"
      | "subject"
      | "language"
      | "tags"
      | "requested"
      | "relatesTo"
      | "references"
    > & {
      sequence: string;
      at: Timestamp;
      /** the customer may be answered freely since then; absent on channels without a window. Never moves back */
      windowSince?: Timestamp;
      /** nobody is to answer it: where replies go stays as it is */
      isKept?: true;
      /** there is nothing to be seen: `messageVersion` stays, so that it undoes no resolving */
      isQuiet?: true;
    },
  ): Promise<ApplyResult>;
  /**
   * Writes the pool's attributes unless a projection of the same or a later entry is there, or it is closed.
   * @param isOwn the pool has its queue today: it shows over any other pool, and no other over it
   * @returns the conversation as it is now, written or not; undefined where there is none
   */
  project(id: string, attributes: PooledAttributes, isOwn?: boolean): Promise<Conversation | undefined>;
  /**
   * Closes it if no message has come since `messageVersion` and no later entry is projected; sets status resolved and the
   * pool's attributes, keeps queue and agent, and takes `unsent` away.
   * @param pool whose entry it is, and whether it has the conversation's queue today, as in `project`
   * @returns "closed" (also when it was closed before) or "newer" when a later message or entry is there
   */
  close(
    id: string,
    messageVersion: number,
    at: Timestamp,
    poolSequence: number,
    pool?: { id: string; isOwn: (seen: Conversation) => boolean },
  ): Promise<{ outcome: "closed" | "newer" | "missing"; conversation?: Conversation }>;
  /**
   * Opens one again that is closed at the version before, as this customer's, and raises `messageVersion` to this one; it
   * goes on in no other from then on.
   * @param owner with `answers` where replies go from now on; without: where they went before
   * @param at kept as `reopenedAt` where this call opens it
   * @returns it as it is now
   */
  reopen(
    { id, messageVersion }: ConversationVersion,
    owner: Pick<Conversation, "customerId"> & { ownedSince: number; answers?: AnswerRoute },
    at: Timestamp,
  ): Promise<Conversation | undefined>;
  /** A closed one that goes on in `from` goes on in `to`; any other stays as it is. */
  continueIn(id: string, conversations: { from: string; to: string }): Promise<void>;
  touch(id: string, lastMessageAt: Timestamp): Promise<void>;
  setTags(id: string, tags: string[]): Promise<Conversation | undefined>;
  /** A job of it is parked; doing it again changes nothing. @returns it as it is now */
  markGap(id: string, parkedId: string): Promise<Conversation | undefined>;
  /** The job is parked no more; the gap goes with the last one. @returns it as it is now */
  clearGap(id: string, parkedId: string): Promise<Conversation | undefined>;
  /**
   * A person's reply to the customer failed: raises `messageVersion`, since there is something to be seen, so that no resolving
   * passes over it. One that is closed, or marked by this message already, stays as it is. @returns it as it is now
   */
  markUnsent(id: string, messageId: string): Promise<Conversation | undefined>;
  /** Somebody has answered again: takes the mark away if it is still this message's. */
  clearUnsent(id: string, messageId: string): Promise<void>;
  /** The holder has seen messages in up to this one (`seenOrder`); never moves back. */
  markRead(id: string, order: string): Promise<void>;
  /** Those that are there, in no order; strong reads. */
  many(ids: string[]): Promise<Conversation[]>;
  remove(id: string): Promise<void>;
  /**
   * By queue and status, longest enqueued first, resolved ones by when they were closed; assigned and offered ones by agent, then so, and `agentId` narrows them.
   * KEYS_ONLY index, then strong reads: what has left the list is dropped, what has just come may be missing.
   * @throws InvalidCursor
   */
  list(
    filter: { queueId: string; status: "waiting" | "offered" | "assigned" | "snoozed" | "resolved"; agentId?: string },
    page: { limit: number; cursor?: string; newestFirst?: boolean },
  ): Promise<Page<Conversation>>;
}

export interface MessageStore {
  get(id: string): Promise<StoredMessage | undefined>;
  /** Remembers under which id a channel's provider sent a reply, so that an answer to it finds its way back. */
  addProviderId(channel: string, providerId: string, messageId: string): Promise<void>;
  /** The reply that the provider sent under this id. */
  byProviderId(channel: string, providerId: string): Promise<StoredMessage | undefined>;
  /** Removes it, and what `addProviderId` remembers of it. */
  remove(id: string): Promise<void>;
  /** Puts it unless one with this id is there. @returns what is stored, and whether this call surely wrote it */
  create<Message extends StoredMessage>(message: Message): Promise<{ created: boolean; message: Message }>;
  /** Replaces the plan if it is still the one with `planVersion`. @returns the message as stored now @throws when there is none */
  replacePlan(id: string, planVersion: number, conversationId: string, decision: Decision): Promise<InboundStored>;
  /** Replaces one of its files, unless that lies elsewhere in our bucket already. @returns the message as stored now; undefined where there is none */
  setMedia(id: string, index: number, file: MediaReference): Promise<StoredMessage | undefined>;
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
   * What is `kept` is said of it from now on, and nothing else of the three.
   * @returns whether it is queued by this attempt's release, now or by an earlier call
   */
  requeueSend(
    id: string,
    attemptId: string | undefined,
    kept?: Pick<OutboundStored, "doubtfulSince" | "notTakenSince" | "notBefore">,
  ): Promise<boolean>;
  /**
   * Sets the status if its rank is higher than the stored one; the provider's id is kept once known, whatever the rank.
   * With `attemptId`, only while that attempt holds it. @returns the message as stored now
   */
  raiseStatus(
    id: string,
    change: { status: SendStatus; at: Timestamp; providerId?: string; error?: SendError; attemptId?: string },
  ): Promise<OutboundStored | undefined>;
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
  chats: ChatStore;
  viewers: ViewerStore;
  rates: RateStore;
  webhooks: WebhookStore;
}
