/**
 * The agents of a waiting line by rank, lowest first. Nothing can be moved in it: an agent whose rank has fallen is pushed
 * once more, and an entry that does not have its agent's rank any more is dead. Plain arrays of numbers and references,
 * since an assignment re-ranks its agent in every line that the agent serves.
 */
export class Candidates<Agent> {
  readonly #ranks: number[] = [];
  readonly #agents: Agent[] = [];
  readonly #slots: number[] = [];

  get size(): number {
    return this.#ranks.length;
  }

  get firstRank(): number {
    return this.#ranks[0]!;
  }

  get firstAgent(): Agent {
    return this.#agents[0]!;
  }

  /** which of its agent's lines this is */
  get firstSlot(): number {
    return this.#slots[0]!;
  }

  push(rank: number, agent: Agent, slot: number): void {
    let position = this.#ranks.length;
    while (position > 0) {
      const above = (position - 1) >> 1;
      if (this.#ranks[above]! <= rank) break;
      this.#move(above, position);
      position = above;
    }
    this.#put(rank, agent, slot, position);
  }

  pop(): void {
    const rank = this.#ranks.pop()!;
    const agent = this.#agents.pop()!;
    const slot = this.#slots.pop()!;
    if (this.#ranks.length > 0) this.#sink(rank, agent, slot);
  }

  /** Gives the first another, higher rank. */
  raiseFirst(rank: number): void {
    this.#sink(rank, this.firstAgent, this.firstSlot);
  }

  clear(): void {
    this.#ranks.length = 0;
    this.#agents.length = 0;
    this.#slots.length = 0;
  }

  #sink(rank: number, agent: Agent, slot: number): void {
    const { length } = this.#ranks;
    let position = 0;
    for (let below = 1; below < length; below = 2 * position + 1) {
      if (below + 1 < length && this.#ranks[below + 1]! < this.#ranks[below]!) below += 1;
      if (this.#ranks[below]! >= rank) break;
      this.#move(below, position);
      position = below;
    }
    this.#put(rank, agent, slot, position);
  }

  #move(from: number, to: number): void {
    this.#put(this.#ranks[from]!, this.#agents[from]!, this.#slots[from]!, to);
  }

  #put(rank: number, agent: Agent, slot: number, position: number): void {
    this.#ranks[position] = rank;
    this.#agents[position] = agent;
    this.#slots[position] = slot;
  }
}
