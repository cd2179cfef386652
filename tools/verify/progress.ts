import { clip, type Ranges } from "../../services/audit/src/index.ts";

/** How far the fetching of wanted offsets is. `finished` ends when all were read, or nothing came for too long. */
export class Progress {
  readonly finished: Promise<void>;
  readonly #left = new Map<number, Ranges>();
  #resolve: () => void = () => {};
  #reject: (error: Error) => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #ended = false;
  #steps: Promise<void> = Promise.resolve();

  constructor(
    wanted: ReadonlyMap<number, Ranges>,
    readonly stallMs: number,
  ) {
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever waits is told; until somebody does, a failure is not one of the process.
    this.finished.catch(() => {});
    for (const [partition, ranges] of wanted) if (ranges.length > 0) this.#left.set(partition, ranges);
    this.#noteLife();
  }

  /** The next wanted offset of a partition; undefined when it has no more. */
  position(partition: number): bigint | undefined {
    return this.#left.get(partition)?.[0]?.from;
  }

  /** Wanted offsets of a partition before `to` that were not read yet. */
  covered(partition: number, to: bigint): Ranges {
    return clip(this.#left.get(partition) ?? [], { from: 0n, to });
  }

  /** Notes that everything before `to` was read; the next wanted offset. */
  advance(partition: number, to: bigint): bigint | undefined {
    const left = this.#left.get(partition) ?? [];
    const last = left.at(-1);
    const rest = last === undefined ? [] : clip(left, { from: to, to: last.to });
    if (rest.length > 0) this.#left.set(partition, rest);
    else this.#left.delete(partition);
    this.#noteLife();
    return rest[0]?.from;
  }

  /** Takes a step after those before it. A step that fails ends the whole, or its consumer would try it again. */
  step(take: () => Promise<void>): Promise<void> {
    this.#steps = this.#steps
      .then(() => (this.#ended ? undefined : take()))
      .catch((error) => this.fail(error));
    return this.#steps;
  }

  fail(error: Error): void {
    this.end();
    this.#reject(error);
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #noteLife(): void {
    if (this.#left.size === 0) {
      this.end();
      this.#resolve();
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const next = [...this.#left.keys()].map((partition) => `${partition}/${this.position(partition)}`);
      this.fail(
        new Error(
          `Kafka sent nothing for ${this.stallMs / 1000} s; next wanted (partition/offset): ${next.join(", ")}`,
        ),
      );
    }, this.stallMs);
  }
}
