/** A thing in a heap knows where it stands, so that it can be moved or taken out from anywhere in it. */
export interface HeapItem {
  /** index in its heap; `outside` when it is in none */
  position: number;
}

export const outside = -1;

/** A binary heap: first, in, out and re-order each cost at most log n. An item is in one heap at a time. */
export class Heap<Item extends HeapItem> {
  readonly #items: Item[] = [];
  readonly #comesBefore: (one: Item, other: Item) => boolean;

  /** @param comesBefore a total order: a heap's answers then do not depend on the order in which it was filled */
  constructor(comesBefore: (one: Item, other: Item) => boolean) {
    this.#comesBefore = comesBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): Item | undefined {
    return this.#items[0];
  }

  push(item: Item): void {
    item.position = this.#items.length;
    this.#items.push(item);
    this.#rise(item);
  }

  pop(): Item | undefined {
    const first = this.#items[0];
    if (first) this.remove(first);
    return first;
  }

  remove(item: Item): void {
    const { position } = item;
    const last = this.#items.pop()!;
    item.position = outside;
    if (last === item) return;
    this.#place(last, position);
    this.reorder(last);
  }

  /** To be called when what an item is ordered by has changed. */
  reorder(item: Item): void {
    this.#rise(item);
    this.#sink(item);
  }

  #rise(item: Item): void {
    let { position } = item;
    while (position > 0) {
      const parent = this.#items[(position - 1) >> 1]!;
      if (!this.#comesBefore(item, parent)) break;
      const above = parent.position;
      this.#place(parent, position);
      position = above;
    }
    this.#place(item, position);
  }

  #sink(item: Item): void {
    let { position } = item;
    for (;;) {
      const child = this.#firstChild(position);
      if (!child || !this.#comesBefore(child, item)) break;
      const below = child.position;
      this.#place(child, position);
      position = below;
    }
    this.#place(item, position);
  }

  #firstChild(position: number): Item | undefined {
    const left = this.#items[2 * position + 1];
    const right = this.#items[2 * position + 2];
    return left && right && this.#comesBefore(right, left) ? right : left;
  }

  #place(item: Item, position: number): void {
    this.#items[position] = item;
    item.position = position;
  }
}
