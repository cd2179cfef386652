/** Things to do at later slots: taken in order of slot, and of arrival within a slot. */
export class Pending<T> {
  readonly #entries: { readonly slot: number; readonly value: T }[] = [];

  get size(): number {
    return this.#entries.length;
  }

  add(slot: number, value: T): void {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      // Not before an equal slot: first come, first served.
      if ((this.#entries[middle]?.slot ?? 0) <= slot) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, { slot, value });
  }

  /** The first entry that is due at `slot`, or undefined. */
  takeDue(slot: number): T | undefined {
    const first = this.#entries[0];
    return first !== undefined && first.slot <= slot ? this.#entries.shift()?.value : undefined;
  }
}
