/** Who belongs together, by what was said of them (disjoint sets). */
export class Groups {
  readonly #parents = new Map<string, string>();

  constructor(groups: Iterable<readonly string[]>) {
    for (const members of groups) this.join(members);
  }

  join([first, ...others]: readonly string[]): void {
    if (first === undefined) return;
    for (const other of others) this.#parents.set(this.#rootOf(other), this.#rootOf(first));
  }

  areJoined(one: string, other: string): boolean {
    return this.#rootOf(one) === this.#rootOf(other);
  }

  #rootOf(member: string): string {
    const parent = this.#parents.get(member);
    return parent === undefined || parent === member ? member : this.#rootOf(parent);
  }
}
