import type { Timer, VirtualClock } from "../../clock.ts";
import type { CloudDatabase } from "../database.ts";
import type { MessageRow, QueueRow } from "./schema.ts";
import type { QueueSettings } from "./settings.ts";
import type { QueueStore } from "./store.ts";

export interface LiveQueue {
  row: QueueRow;
  settings: QueueSettings;
  /** long polls, the one that waits longest first */
  waiters: Waiter[];
  /** wakes the waiters when a message that is there becomes visible */
  wake?: Timer;
}

export interface ReceiveRequest {
  limit: number;
  visibilityMs: number;
  /** 0: answer at once; Infinity: until there is something */
  waitMs: number;
}

interface Waiter {
  request: ReceiveRequest;
  resolve: (messages: MessageRow[]) => void;
  reject: (error: unknown) => void;
}

/** Hands messages out: to those who ask, and to those who wait. */
export class Delivery {
  readonly #database: CloudDatabase;
  readonly #clock: VirtualClock;
  readonly #store: QueueStore;
  readonly #queues: ReadonlyMap<string, LiveQueue>;
  /** dead-letter queues that have got something which nobody has been told of */
  readonly #fed = new Set<LiveQueue>();

  constructor(database: CloudDatabase, clock: VirtualClock, store: QueueStore, queues: ReadonlyMap<string, LiveQueue>) {
    this.#database = database;
    this.#clock = clock;
    this.#store = store;
    this.#queues = queues;
  }

  async receive(queue: LiveQueue, request: ReceiveRequest, signal?: AbortSignal): Promise<MessageRow[]> {
    signal?.throwIfAborted();
    const { result, durable } = this.#database.transact(() => this.#take(queue, request));
    this.#serveFed();
    await durable;
    if (result.length > 0 || request.waitMs === 0) return result;
    signal?.throwIfAborted();
    return this.#wait(queue, request, signal);
  }

  /** To be called whenever messages of a queue may have become available. */
  serve(queue: LiveQueue): void {
    for (let waiter = queue.waiters[0]; waiter; waiter = queue.waiters[0]) {
      const { request, resolve, reject } = waiter;
      const { result, durable } = this.#database.transact(() => this.#take(queue, request));
      if (result.length === 0) break;
      queue.waiters.shift();
      void this.#clock.busy(durable.then(() => resolve(result), reject));
    }
    queue.wake?.cancel();
    const wakeAt = queue.waiters.length > 0 ? this.#store.nextReadyAt(queue.row.name, this.#clock.now()) : undefined;
    if (wakeAt !== undefined) queue.wake = this.#clock.at(wakeAt, () => this.serve(queue));
    this.#serveFed();
  }

  #wait(queue: LiveQueue, request: ReceiveRequest, signal?: AbortSignal): Promise<MessageRow[]> {
    const { promise, resolve, reject } = Promise.withResolvers<MessageRow[]>();
    const waiter = { request, resolve, reject };
    const leave = () => {
      const position = queue.waiters.indexOf(waiter);
      if (position >= 0) queue.waiters.splice(position, 1);
    };
    const abort = () => {
      leave();
      reject(signal!.reason);
    };
    const lapse = () => {
      leave();
      resolve([]);
    };
    const timer = Number.isFinite(request.waitMs)
      ? this.#clock.at(this.#clock.now() + request.waitMs, lapse)
      : undefined;
    signal?.addEventListener("abort", abort, { once: true });
    queue.waiters.push(waiter);
    // Something may have come while the empty answer went to disk.
    this.serve(queue);
    return promise.finally(() => {
      timer?.cancel();
      signal?.removeEventListener("abort", abort);
    });
  }

  #serveFed(): void {
    for (const queue of this.#fed) {
      this.#fed.delete(queue);
      this.serve(queue);
    }
  }

  /** Several messages of one group go out together, in order; what is left over is filled from the groups that follow. */
  #take(queue: LiveQueue, request: ReceiveRequest): MessageRow[] {
    const { name } = queue.row;
    const now = this.#clock.now();
    this.#store.expire(name, now - queue.settings.retentionSeconds * 1000);
    const taken: MessageRow[] = [];
    const served = new Set<string>();
    while (taken.length < request.limit) {
      const lanes = this.#store.readyLanes(name, now, request.limit).filter((lane) => !served.has(lane));
      if (lanes.length === 0) break;
      for (const lane of lanes) {
        if (taken.length === request.limit) break;
        served.add(lane);
        taken.push(...this.#takeFromLane(queue, lane, now, { ...request, limit: request.limit - taken.length }));
      }
    }
    return taken;
  }

  #takeFromLane(queue: LiveQueue, lane: string, now: number, request: ReceiveRequest): MessageRow[] {
    const { name } = queue.row;
    const maxReceiveCount = queue.settings.redrive?.maxReceiveCount ?? Infinity;
    const taken: MessageRow[] = [];
    let after = 0;
    while (taken.length < request.limit) {
      const messages = this.#store.visibleInLane(name, lane, now, after, request.limit - taken.length);
      if (messages.length === 0) break;
      for (const message of messages) {
        after = message.number;
        if (message.receiveCount >= maxReceiveCount) this.#bury(queue, message, now);
        else taken.push(this.#store.handOut(message, now, now + request.visibilityMs));
      }
    }
    this.#store.refreshLane(name, lane);
    this.#store.moveBack(name, lane);
    return taken;
  }

  /** To the dead-letter queue: on the receive after the last that was allowed, as SQS does it. */
  #bury(queue: LiveQueue, message: MessageRow, now: number): void {
    const target = this.#queues.get(queue.settings.redrive!.deadLetterQueue)!;
    const { fifo } = target.settings;
    this.#store.move(
      queue.row.name,
      message,
      { queue: target.row.name, fifo },
      {
        visibleAt: now,
        sourceQueue: queue.row.name,
        ...(fifo ? { sentAt: now, deduplicationId: message.messageId } : {}),
      },
    );
    this.#fed.add(target);
  }
}
