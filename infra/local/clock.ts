/** A run that was asked for with `VirtualClock.at`. */
export interface Timer {
  /** Safe to call again, and after it has run. */
  cancel(): void;
}

export interface VirtualClockOptions {
  /** All advances so far, in milliseconds, as an earlier process kept them. */
  offsetMs?: number;
  /** Called with the sum of all advances before an advance begins to run what is due. */
  onAdvance?: (offsetMs: number) => void;
  /** Takes what a timer throws; the default lets it end the process, as an uncaught error does. */
  onError?: (error: unknown) => void;
  /** Stands still at this time (milliseconds since 1970) but for advances: for tests. */
  frozenAtMs?: number;
}

interface Entry {
  dueMs: number;
  order: number;
  run: () => void | Promise<void>;
}

/** Node's longest timer. */
const maxRealDelayMs = 2 ** 31 - 1;

/**
 * The embedded cloud's one clock: now = real time + all advances. Queues, schedules, tokens and TTL follow it, and the
 * workers read its offset from shared memory.
 */
export class VirtualClock {
  /** One Float64: the sum of all advances in milliseconds. Workers add it to their own real time. */
  readonly offsetBuffer = new SharedArrayBuffer(8);
  readonly #offset = new Float64Array(this.offsetBuffer);
  readonly #onAdvance: (offsetMs: number) => void;
  readonly #onError: (error: unknown) => void;
  readonly #frozenAtMs: number | undefined;
  readonly #entries = new Set<Entry>();
  readonly #busy = new Set<Promise<unknown>>();
  readonly #probes = new Set<() => Promise<void>>();
  #order = 0;
  #realTimer: NodeJS.Timeout | undefined;
  #advancing: Promise<void> | undefined;
  #closed = false;

  constructor(options: VirtualClockOptions = {}) {
    this.#offset[0] = options.offsetMs ?? 0;
    this.#onAdvance = options.onAdvance ?? (() => {});
    this.#onError =
      options.onError ??
      ((error) => {
        queueMicrotask(() => {
          throw error;
        });
      });
    this.#frozenAtMs = options.frozenAtMs;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#realNow() + this.#offset[0]!;
  }

  /** Runs once when `now()` reaches `dueMs`; never before this call has returned. */
  at(dueMs: number, run: () => void | Promise<void>): Timer {
    const entry = { dueMs, order: this.#order++, run };
    this.#entries.add(entry);
    this.#arm();
    return {
      cancel: () => {
        if (this.#entries.delete(entry)) this.#arm();
      },
    };
  }

  /** Work that an advance waits for before it moves on. @returns the same promise */
  busy<Value>(work: Promise<Value>): Promise<Value> {
    this.#busy.add(work);
    const done = () => this.#busy.delete(work);
    work.then(done, done);
    return work;
  }

  /** `probe` resolves when its owner has nothing under way; an advance asks every probe after each due time. */
  onSettle(probe: () => Promise<void>): { remove(): void } {
    this.#probes.add(probe);
    return { remove: () => this.#probes.delete(probe) };
  }

  /**
   * Moves the clock forward and runs everything that falls due on the way, in due order, each awaited with all the work
   * it starts. Advances asked for at the same time run one after the other. Not to be awaited from inside a timer.
   */
  advance(milliseconds: number): Promise<void> {
    if (!(milliseconds >= 0 && Number.isFinite(milliseconds)))
      return Promise.reject(new RangeError(`advance takes milliseconds of 0 or more, not ${milliseconds}`));
    const before = this.#advancing ?? Promise.resolve();
    const mine = before.then(() => this.#advanceTo(this.#offset[0]! + milliseconds));
    this.#advancing = mine;
    return mine.finally(() => {
      if (this.#advancing === mine) this.#advancing = undefined;
      this.#arm();
    });
  }

  /** Waits until no busy work is left and every probe has answered. */
  async settle(): Promise<void> {
    do {
      // A waiter that has just been woken needs a turn of the event loop to say that it is busy.
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.allSettled(this.#busy);
      for (const probe of this.#probes) await probe();
    } while (this.#busy.size > 0);
  }

  /** Nothing runs any more. */
  close(): void {
    this.#closed = true;
    this.#entries.clear();
    clearTimeout(this.#realTimer);
  }

  #realNow(): number {
    return this.#frozenAtMs ?? Date.now();
  }

  async #advanceTo(offsetMs: number): Promise<void> {
    // Kept before anything runs: a process that dies on the way then starts again after what it may have done, not before.
    this.#onAdvance(offsetMs);
    await this.settle();
    for (;;) {
      const entry = this.#next();
      if (!entry || entry.dueMs > this.#realNow() + offsetMs) break;
      this.#offset[0] = Math.min(offsetMs, Math.max(this.#offset[0]!, entry.dueMs - this.#realNow()));
      await this.#run(entry);
      await this.settle();
    }
    this.#offset[0] = offsetMs;
    await this.settle();
  }

  #next(): Entry | undefined {
    let next: Entry | undefined;
    for (const entry of this.#entries)
      if (!next || entry.dueMs < next.dueMs || (entry.dueMs === next.dueMs && entry.order < next.order)) next = entry;
    return next;
  }

  async #run(entry: Entry): Promise<void> {
    this.#entries.delete(entry);
    try {
      await entry.run();
    } catch (error) {
      this.#onError(error);
    }
  }

  /** Real time drives the clock between advances. */
  #arm(): void {
    clearTimeout(this.#realTimer);
    if (this.#frozenAtMs !== undefined || this.#advancing || this.#closed) return;
    const next = this.#next();
    if (!next) return;
    const delay = Math.min(maxRealDelayMs, Math.max(0, next.dueMs - this.now()));
    this.#realTimer = setTimeout(() => this.#runDue(), delay).unref();
  }

  #runDue(): void {
    for (let next = this.#next(); next && next.dueMs <= this.now(); next = this.#next())
      void this.busy(this.#run(next));
    this.#arm();
  }
}
