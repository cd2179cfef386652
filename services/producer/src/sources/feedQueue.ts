import { ProducerError } from "../errors.ts";

/**
 * Holds what an exchange sent until the reader takes it. An exchange can't be made to wait, and leaving ticks out
 * unseen is worse than ending, so a full queue is an error.
 */
export class FeedQueue<T> {
  #items: T[] = [];
  #outcome: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(private readonly limit: number) {}

  /** Adds items; ends the queue with FEED_OVERRUN when there are more than the limit. */
  push(items: readonly T[]): void {
    if (this.#outcome !== undefined) return;
    this.#items.push(...items);
    if (this.#items.length > this.limit) {
      this.end(
        new ProducerError(
          "FEED_OVERRUN",
          `The exchange sent ticks faster than Kafka took them: ${this.#items.length} were waiting. All of them ` +
            "will be sent, then the feed ends. Check the brokers; --max-waiting allows a longer queue.",
        ),
      );
    }
    this.#wake?.();
  }

  /** No more items: the reader gets what is there, then the end, or the error. */
  end(error?: unknown): void {
    this.#outcome ??= error === undefined ? {} : { error };
    this.#wake?.();
  }

  /** Everything that waits, as batches; waits for more until `end`. */
  async *batches(): AsyncGenerator<readonly T[]> {
    for (;;) {
      if (this.#items.length > 0) {
        const items = this.#items;
        this.#items = [];
        yield items;
      } else if (this.#outcome !== undefined) {
        if (this.#outcome.error !== undefined) throw this.#outcome.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
