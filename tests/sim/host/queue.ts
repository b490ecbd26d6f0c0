import type { Delivery, QueueEntry } from "../../../shared/ports/queues.ts";
import type { Timeline } from "./timeline.ts";

/** SQS's own numbers; the template sets those that can be set. */
export interface QueueSettings {
  name: string;
  fifo: boolean;
  visibilityTimeoutMs: number;
  /** after this many receives a message goes to the dead-letter queue; absent on a dead-letter queue */
  maxReceiveCount?: number;
  /** SQS drops a repeated deduplication id for five minutes; 0 leaves that out, since no correctness may rest on it */
  deduplicationWindowMs: number;
}

interface Held {
  messageId: string;
  body: string;
  groupId: string;
  sequence: string;
  receiveCount: number;
  visibleAt: number;
  receipt: number;
}

/**
 * One queue as SQS behaves: in a FIFO queue a batch may hold several messages of a group, in order, and while any of a
 * group is in flight nothing later of that group is given out. Delivery is at least once.
 */
export class SimulatedQueue<Body> {
  readonly settings: QueueSettings;
  readonly #timeline: Timeline;
  readonly #deadLetters: SimulatedQueue<Body> | undefined;
  /** in order of arrival */
  #held: Held[] = [];
  readonly #deduplication = new Map<string, number>();
  #arrived = 0;
  #receipts = 0;
  /** called whenever something may have become receivable */
  onReady: () => void = () => {};

  constructor(settings: QueueSettings, timeline: Timeline, deadLetters?: SimulatedQueue<Body>) {
    this.settings = settings;
    this.#timeline = timeline;
    this.#deadLetters = deadLetters;
  }

  get size(): number {
    return this.#held.length;
  }

  /** Every body that is on the queue, in flight or not. */
  bodies(): Body[] {
    return this.#held.map((held) => JSON.parse(held.body) as Body);
  }

  send(entry: QueueEntry<Body>): void {
    const { fifo, name, deduplicationWindowMs } = this.settings;
    if (fifo && (entry.groupId === undefined || entry.deduplicationId === undefined)) {
      throw new Error(`${name}: a FIFO queue needs a groupId and a deduplicationId`);
    }
    if (fifo && entry.delaySeconds !== undefined) throw new Error(`${name}: a FIFO queue takes no delay per message`);
    if (!fifo && entry.groupId !== undefined) throw new Error(`${name}: a standard queue has no groups`);
    const delayMs = (entry.delaySeconds ?? 0) * 1000;
    if (delayMs < 0 || delayMs > 900_000) throw new Error(`${name}: the delay must be 0 to 900 seconds`);
    const now = this.#timeline.now();
    if (fifo) {
      const key = `${entry.groupId}\n${entry.deduplicationId}`;
      const until = this.#deduplication.get(key);
      if (until !== undefined && until > now) return;
      this.#deduplication.set(key, now + deduplicationWindowMs);
    }
    this.#put(JSON.stringify(entry.body), entry.groupId, now + delayMs);
  }

  /** Up to `limit` messages, in order of arrival, each invisible until the visibility time-out or `remove`. */
  receive(limit: number): { deliveries: Delivery<Body>[]; receipt: number } {
    const now = this.#timeline.now();
    this.#redrive(now);
    this.#receipts += 1;
    const blocked = this.#groupsInFlight(now);
    const deliveries: Delivery<Body>[] = [];
    for (const held of this.#held) {
      if (deliveries.length === limit) break;
      if (held.visibleAt > now || blocked.has(held.groupId)) continue;
      held.visibleAt = now + this.settings.visibilityTimeoutMs;
      held.receiveCount += 1;
      held.receipt = this.#receipts;
      deliveries.push({
        messageId: held.messageId,
        body: JSON.parse(held.body) as Body,
        groupId: held.groupId,
        sequence: held.sequence,
        receiveCount: held.receiveCount,
      });
    }
    if (deliveries.length > 0) this.#timeline.after(this.settings.visibilityTimeoutMs, () => this.onReady());
    return { deliveries, receipt: this.#receipts };
  }

  /** Deletes what this receipt still holds; a receipt that has expired and was given out again deletes nothing. */
  remove(messageIds: Iterable<string>, receipt: number): void {
    const ids = new Set(messageIds);
    this.#held = this.#held.filter((held) => !(ids.has(held.messageId) && held.receipt === receipt));
    this.onReady();
  }

  #put(body: string, groupId: string | undefined, visibleAt: number): void {
    this.#arrived += 1;
    const { fifo, name } = this.settings;
    this.#held.push({
      messageId: `${name}-${this.#arrived}`,
      body,
      groupId: groupId ?? "",
      sequence: fifo ? String(this.#arrived).padStart(20, "0") : "",
      receiveCount: 0,
      visibleAt,
      receipt: 0,
    });
    this.#timeline.at(visibleAt, () => this.onReady());
  }

  #groupsInFlight(now: number): Set<string> {
    const groups = new Set<string>();
    if (!this.settings.fifo) return groups;
    for (const held of this.#held) if (held.visibleAt > now) groups.add(held.groupId);
    return groups;
  }

  #redrive(now: number): void {
    const { maxReceiveCount } = this.settings;
    if (maxReceiveCount === undefined || this.#deadLetters === undefined) return;
    const spent = this.#held.filter((held) => held.receiveCount >= maxReceiveCount && held.visibleAt <= now);
    if (spent.length === 0) return;
    this.#held = this.#held.filter((held) => !spent.includes(held));
    for (const held of spent) this.#deadLetters.#put(held.body, held.groupId, now);
  }
}
