/** A thing in a heap knows where it stands, so that it can be moved or taken out from anywhere in it. */
export interface HeapItem {
  /** index in its heap; `outside` when it is in none */
  position: number;
}

export const outside = -1;

interface Order<Item> {
  keyOf(item: Item): number;
  /** decides where keys are the same: the order is total, and a heap's answers do not depend on how it was filled */
  idOf(item: Item): string;
}

/**
 * A binary heap: first, in, out and re-order each cost at most log n. An item is in one heap at a time. Keys lie beside
 * the items in an array of their own: what is compared is not spread all over the memory.
 */
export class Heap<Item extends HeapItem> {
  readonly #items: Item[] = [];
  readonly #keys: number[] = [];
  readonly #order: Order<Item>;

  constructor(order: Order<Item>) {
    this.#order = order;
  }

  get size(): number {
    return this.#items.length;
  }

  /** Infinity when it is empty */
  get firstKey(): number {
    return this.#keys.length === 0 ? Infinity : this.#keys[0]!;
  }

  peek(): Item | undefined {
    return this.#items[0];
  }

  push(item: Item): void {
    item.position = this.#items.length;
    this.#items.push(item);
    this.#keys.push(this.#order.keyOf(item));
    this.#rise(item.position);
  }

  remove(item: Item): void {
    const { position } = item;
    const last = this.#items.pop()!;
    const key = this.#keys.pop()!;
    item.position = outside;
    if (last === item) return;
    this.#put(last, key, position);
    this.#sink(this.#rise(position));
  }

  /** To be called when an item's key has changed. */
  reorder(item: Item): void {
    this.#keys[item.position] = this.#order.keyOf(item);
    this.#sink(this.#rise(item.position));
  }

  #rise(from: number): number {
    const item = this.#items[from]!;
    const key = this.#keys[from]!;
    let position = from;
    while (position > 0) {
      const above = (position - 1) >> 1;
      if (!this.#comesBefore(item, key, above)) break;
      this.#put(this.#items[above]!, this.#keys[above]!, position);
      position = above;
    }
    if (position !== from) this.#put(item, key, position);
    return position;
  }

  #sink(from: number): void {
    const item = this.#items[from]!;
    const key = this.#keys[from]!;
    const { length } = this.#items;
    let position = from;
    for (let below = 2 * position + 1; below < length; below = 2 * position + 1) {
      const right = below + 1;
      if (right < length && this.#comesBefore(this.#items[right]!, this.#keys[right]!, below)) below = right;
      if (this.#comesBefore(item, key, below)) break;
      this.#put(this.#items[below]!, this.#keys[below]!, position);
      position = below;
    }
    if (position !== from) this.#put(item, key, position);
  }

  #comesBefore(item: Item, key: number, position: number): boolean {
    const other = this.#keys[position]!;
    return key === other ? this.#order.idOf(item) < this.#order.idOf(this.#items[position]!) : key < other;
  }

  #put(item: Item, key: number, position: number): void {
    this.#items[position] = item;
    this.#keys[position] = key;
    item.position = position;
  }
}
