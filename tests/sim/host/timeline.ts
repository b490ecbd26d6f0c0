import type { Clock } from "../../../shared/ports/clock.ts";

interface Happening {
  at: number;
  /** ties are told apart by the order of planning, so that a run repeats exactly */
  order: number;
  run: () => void;
}

/**
 * Virtual time: a heap of what is still to happen. Nothing waits for a real clock; time jumps from one happening to the
 * next, and each happening is followed by everything that its promises set off.
 */
export class Timeline implements Clock {
  #now: number;
  #planned = 0;
  readonly #heap: Happening[] = [];

  /** @param start milliseconds since 1970 */
  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** @param at milliseconds since 1970; what lies in the past happens at once */
  at(at: number, run: () => void): void {
    this.#planned += 1;
    this.#push({ at: Math.max(at, this.#now), order: this.#planned, run });
  }

  after(delayMs: number, run: () => void): void {
    this.at(this.#now + delayMs, run);
  }

  /** Lets the next thing happen. @returns false when nothing is planned up to `until` */
  step(until: number): boolean {
    const next = this.#heap[0];
    if (next === undefined || next.at > until) {
      this.#now = Math.max(this.#now, until);
      return false;
    }
    this.#pop();
    this.#now = next.at;
    next.run();
    return true;
  }

  #push(happening: Happening): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(happening);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(happening, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = happening;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

const isBefore = (one: Happening, other: Happening): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/** Resolves once every promise that could go on has gone on: Node runs a tick only after the microtasks are done. */
export const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
