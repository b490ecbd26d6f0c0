/** A run that was asked for with `VirtualClock.at`. */
export interface Timer {
  /** Safe to call again, and after it has run. */
  cancel(): void;
}

export interface VirtualClockOptions {
  /** All advances so far, in milliseconds, as an earlier process kept them. */
  offsetMs?: number;
  /** Keeps the sum of all advances; awaited before an advance begins to run what is due. */
  onAdvance?: (offsetMs: number) => void | Promise<void>;
  /** Takes what a timer throws; the default lets it end the process, as an uncaught error does. */
  onError?: (error: unknown) => void;
  /** Stands still at this time (milliseconds since 1970) but for advances: for tests. */
  frozenAtMs?: number;
}

interface Entry {
  dueMs: number;
  run: () => void | Promise<void>;
}

/** Node's longest timer. */
const maxRealDelayMs = 2 ** 31 - 1;

/** So much of a long advance, at its end, runs what repeats at its full rate. */
const exactWithinMs = 4 * 60 * 60 * 1000;

const coarseSteps = 64;

const endProcess = (error: unknown): void => {
  queueMicrotask(() => {
    throw error;
  });
};

/**
 * The embedded cloud's one clock: now = real time + all advances. Queues, schedules, tokens and TTL follow it, and the
 * workers read its offset from shared memory.
 */
export class VirtualClock {
  /** One Float64: the sum of all advances in milliseconds. Workers add it to their own real time. */
  readonly offsetBuffer = new SharedArrayBuffer(8);
  readonly #offset = new Float64Array(this.offsetBuffer);
  readonly #onAdvance: (offsetMs: number) => void | Promise<void>;
  readonly #onError: (error: unknown) => void;
  readonly #frozenAtMs: number | undefined;
  /** in due order; among equals, in the order of asking */
  readonly #entries: Entry[] = [];
  readonly #busy = new Set<Promise<unknown>>();
  readonly #probes = new Set<() => Promise<void>>();
  #realTimer: NodeJS.Timeout | undefined;
  /** the sum of all advances at which the one under way will end */
  #targetMs: number;
  #lastAdvance: Promise<void> = Promise.resolve();
  #advances = 0;
  #closed = false;

  constructor(options: VirtualClockOptions = {}) {
    this.#offset[0] = options.offsetMs ?? 0;
    this.#targetMs = this.#offset[0];
    this.#onAdvance = options.onAdvance ?? (() => {});
    this.#onError = options.onError ?? endProcess;
    this.#frozenAtMs = options.frozenAtMs;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#realNow() + this.#offset[0]!;
  }

  /** Runs once when `now()` reaches `dueMs`; never before this call has returned. */
  at(dueMs: number, run: () => void | Promise<void>): Timer {
    const entry = { dueMs, run };
    this.#entries.splice(this.#positionAfter(dueMs), 0, entry);
    if (this.#entries[0] === entry) this.#arm();
    return {
      cancel: () => {
        const position = this.#entries.indexOf(entry);
        if (position >= 0) this.#entries.splice(position, 1);
      },
    };
  }

  /**
   * Runs at each full multiple of `intervalMs`. In an advance with more than four hours to go the runs come a 64th of the rest
   * apart, if that is longer: every minute of ten years would take a day.
   */
  every(intervalMs: number, run: () => void | Promise<void>): Timer {
    let timer: Timer;
    const arm = (): void => {
      const now = this.now();
      const restMs = this.#realNow() + this.#targetMs - now;
      const stepMs = Math.max(intervalMs, Math.min(restMs / coarseSteps, restMs - exactWithinMs));
      timer = this.at(Math.floor((now + stepMs) / intervalMs) * intervalMs, () => {
        arm();
        return run();
      });
    };
    arm();
    return { cancel: () => timer.cancel() };
  }

  /** Work that an advance waits for before it moves on. @returns the same promise */
  busy<Value>(work: Promise<Value>): Promise<Value> {
    this.#busy.add(work);
    const remove = () => this.#busy.delete(work);
    work.then(remove, remove);
    return work;
  }

  /** `probe` resolves when its owner has nothing under way; an advance asks every probe after each due time. */
  onSettle(probe: () => Promise<void>): { remove(): void } {
    this.#probes.add(probe);
    return { remove: () => void this.#probes.delete(probe) };
  }

  /**
   * Moves the clock forward and runs everything that falls due on the way, in due order, each awaited with all the work
   * it starts. Advances asked for at the same time run one after the other. Not to be awaited from inside a timer.
   */
  async advance(milliseconds: number): Promise<void> {
    if (!(milliseconds >= 0 && Number.isFinite(milliseconds)))
      throw new RangeError(`advance takes milliseconds of 0 or more, not ${milliseconds}`);
    this.#advances += 1;
    const mine = this.#lastAdvance.then(() => this.#advanceTo(this.#offset[0]! + milliseconds));
    this.#lastAdvance = mine.catch(() => {});
    try {
      await mine;
    } finally {
      this.#advances -= 1;
      this.#arm();
    }
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
    this.#entries.length = 0;
    clearTimeout(this.#realTimer);
  }

  #realNow(): number {
    return this.#frozenAtMs ?? Date.now();
  }

  async #advanceTo(offsetMs: number): Promise<void> {
    this.#targetMs = offsetMs;
    // Kept before anything runs: a process that dies on the way starts again after what it may have done, not before.
    await this.#onAdvance(offsetMs);
    await this.settle();
    for (;;) {
      const next = this.#entries[0];
      if (!next || next.dueMs > this.#realNow() + offsetMs) break;
      this.#offset[0] = Math.min(offsetMs, Math.max(this.#offset[0]!, next.dueMs - this.#realNow()));
      this.#entries.shift();
      await this.#run(next);
      await this.settle();
    }
    this.#offset[0] = offsetMs;
    await this.settle();
  }

  /** Where an entry due at `dueMs` goes: behind all that are due no later. */
  #positionAfter(dueMs: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries[middle]!.dueMs <= dueMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async #run(entry: Entry): Promise<void> {
    try {
      await entry.run();
    } catch (error) {
      this.#onError(error);
    }
  }

  /** Real time drives the clock between advances. */
  #arm(): void {
    clearTimeout(this.#realTimer);
    const next = this.#entries[0];
    if (!next || this.#frozenAtMs !== undefined || this.#advances > 0 || this.#closed) return;
    const delay = Math.min(maxRealDelayMs, Math.max(0, next.dueMs - this.now()));
    this.#realTimer = setTimeout(() => this.#runDue(), delay).unref();
  }

  #runDue(): void {
    while (this.#entries.length > 0 && this.#entries[0]!.dueMs <= this.now())
      void this.busy(this.#run(this.#entries.shift()!));
    this.#arm();
  }
}
