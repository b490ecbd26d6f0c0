/**
 * A stream of chance that follows from a seed alone: splitmix32 spreads the seed, sfc32 draws from it.
 * Equal seeds give equal streams on every machine.
 */
export class SeededRandom {
  readonly #seed: number;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#seed = seed | 0;
    let spread = this.#seed;
    const word = (): number => {
      spread = (spread + 0x9e3779b9) | 0;
      let mixed = spread ^ (spread >>> 16);
      mixed = Math.imul(mixed, 0x21f0aaad);
      mixed ^= mixed >>> 15;
      mixed = Math.imul(mixed, 0x735a2d97);
      return (mixed ^ (mixed >>> 15)) | 0;
    };
    this.#a = word();
    this.#b = word();
    this.#c = word();
  }

  /** an integer from 0 to 2^32 − 1 */
  next(): number {
    const drawn = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + drawn) | 0;
    return drawn >>> 0;
  }

  /** an integer from 0 to `limit` − 1 */
  below(limit: number): number {
    return Math.floor((this.next() / 2 ** 32) * limit);
  }

  /** an integer from `low` to `high`, both included */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** true with this probability, 0 to 1 */
  chance(probability: number): boolean {
    return this.next() / 2 ** 32 < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new RangeError("nothing to pick from");
    return items[this.below(items.length)]!;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.next() & 0xff);
  }

  /** An independent stream named by a label: drawing more from one leaves the others as they were. */
  fork(label: string): SeededRandom {
    let mixed = this.#seed ^ 0x811c9dc5;
    for (let index = 0; index < label.length; index += 1)
      mixed = Math.imul(mixed ^ label.charCodeAt(index), 0x01000193);
    return new SeededRandom(mixed);
  }
}
