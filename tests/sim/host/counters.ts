/** `fault` and `crash`: what was done to the functions; `visit`: calls at which a crash was possible. `reached`: an invariant's precondition held. `work`: volume. */
export type CounterGroup = "fault" | "crash" | "visit" | "reached" | "work";

/** How often each thing happened, over one history or many. */
export class Counters {
  readonly #counts = new Map<CounterGroup, Map<string, number>>();

  count(group: CounterGroup, name: string, times = 1): void {
    let counts = this.#counts.get(group);
    if (counts === undefined) this.#counts.set(group, (counts = new Map()));
    counts.set(name, (counts.get(name) ?? 0) + times);
  }

  get(group: CounterGroup, name: string): number {
    return this.#counts.get(group)?.get(name) ?? 0;
  }

  /** By name, in alphabetical order. */
  of(group: CounterGroup): [string, number][] {
    return Array.from(this.#counts.get(group) ?? []).toSorted(([one], [other]) => (one < other ? -1 : 1));
  }

  add(other: Counters): void {
    for (const [group, counts] of other.#counts) for (const [name, times] of counts) this.count(group, name, times);
  }
}
