import type { PoolEntry } from "../core/pool/types.ts";
import type { Timestamp } from "../core/time.ts";
import type { Page } from "./paging.ts";

/* Stores of what is still to be done: pools' logs, what waits for a person or a time, and events on their way. */

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
  /** Remembers these pools. @returns all that it was ever told of */
  remember(poolIds: string[]): Promise<string[]>;
}

/** What could not be done and waits for a person. Outlives every queue's retention. */
export interface Parked {
  id: string;
  schemaVersion: 1;
  kind: "inbound" | "pool" | "outbound" | "timer" | "mail" | "delivery" | "media";
  /** the job as it was on the queue, to be sent on; empty where it lies in the bucket */
  body: string;
  /** of a body too large for an item */
  bodyKey?: string;
  /** an object of the bucket that the job names, where it does not stay, and the copy that does */
  named?: { key: string; copy: string };
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
  job: { kind: "send-check"; messageId: string } | { kind: "delivery"; webhookId: string; conversationId: string };
}

export interface DueStore {
  put(item: DueItem): Promise<void>;
  /** All that is due by `now`, oldest first, at most `limit`. */
  due(now: Timestamp, limit: number): Promise<DueItem[]>;
  remove(item: DueItem): Promise<void>;
}

/** A receiver of events (shared/tools/webhook). */
export interface Webhook {
  /** `whk_…` */
  id: string;
  schemaVersion: 1;
  url: string;
  /** event types, e.g. `message.received`; `*` alone: all */
  events: string[];
  /** `whsec_…`, newest first; while a secret rotates there are two, and both sign */
  secrets: string[];
  /** when the older secret stops signing */
  rotatesAt?: Timestamp;
  /** `failing`: the last try failed and the next is due; `disabled`: by a person, or the receiver answered 410 */
  state: "active" | "failing" | "disabled";
  lastError?: { at: Timestamp; message: string; status?: number };
  lastSuccessAt?: Timestamp;
  /** tries in a row to which the receiver gave no answer, or asked to be left alone */
  silences?: number;
  /** until then nothing is sent: it does not answer */
  pausedUntil?: Timestamp;
  createdAt: Timestamp;
  createdBy: string;
  version: number;
}

/** One event on its way to one webhook. */
export interface WebhookDelivery {
  webhookId: string;
  conversationId: string;
  /** `evt_…`, derived from what happened: the receiver's key against duplicates */
  eventId: string;
  /** sorts the events of a conversation: time, then id */
  order: string;
  /** the JSON that is signed and sent */
  body: string;
  attempts: number;
  /** of one that has failed: not before */
  nextAttemptAt?: Timestamp;
  createdAt: Timestamp;
  /** one that still waits then, for a webhook that stays disabled, is removed */
  expiresAt: Timestamp;
}

export interface WebhookStore {
  list(): Promise<Webhook[]>;
  get(id: string): Promise<Webhook | undefined>;
  /** Writes it if the stored version is the one before this one's. @returns what is stored now */
  put(webhook: Webhook): Promise<{ written: boolean; webhook: Webhook | undefined }>;
  /** Removes it with all that waits for it. */
  remove(id: string): Promise<void>;
  /** Puts it unless it is there, or was settled within the last days. @returns whether it waits now */
  append(delivery: WebhookDelivery): Promise<boolean>;
  /** What waits for a webhook of one conversation, oldest first; a strong read. */
  waiting(webhookId: string, conversationId: string, limit: number): Promise<WebhookDelivery[]>;
  /**
   * The conversation of each event that waits for a webhook, oldest event first, so that one may come several times; what
   * has just been appended may be missing. @throws InvalidCursor
   */
  backlog(webhookId: string, page: { limit: number; cursor?: string }): Promise<Page<string>>;
  /** Counts one more attempt and sets when the next is due; one that is settled stays so. */
  countAttempt(delivery: WebhookDelivery, nextAttemptAt: Timestamp): Promise<void>;
  /** It was delivered, or is parked: it does not come back by `append` before `forgetAt`. */
  settle(delivery: WebhookDelivery, forgetAt: Timestamp): Promise<void>;
}
