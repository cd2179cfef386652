import type { Counters } from "./counters.ts";
import { type Message, Packer, type PackerOptions } from "./packer.ts";
import type { Sink } from "./sinks/sink.ts";
import type { FeedTick } from "./sources/source.ts";

export interface SenderOptions extends PackerOptions {
  /** How long a tick waits for others of its symbol before its message goes, ms. */
  readonly lingerMs: number;
  /**
   * Bytes of one request. kafkajs makes one record batch of all that goes to a partition, and brokers refuse
   * batches above 1 MB (`message.max.bytes`).
   */
  readonly batchBytes: number;
  /** The source waits while more bytes than this are packed or queued. */
  readonly queueBytes: number;
}

/**
 * Takes ticks from a source and hands them to a sink, one request in flight.
 *
 * One, because kafkajs retries each request on its own: with two under way a retried first one would land after
 * the second, and a symbol's ticks would change order. While a request is under way the next ones are packed.
 */
export class Sender {
  readonly #packer: Packer;
  #queue: Message[] = [];
  #queuedBytes = 0;
  #sending = false;
  #failure: { readonly error: unknown } | undefined;
  #linger: NodeJS.Timeout | undefined;
  #waiting: (() => void) | undefined;

  /** @param onFailure called once when the sink fails, to stop the source. */
  constructor(
    private readonly sink: Sink,
    private readonly options: SenderOptions,
    private readonly counters: Counters,
    private readonly onFailure: () => void,
  ) {
    this.#packer = new Packer(options);
  }

  /**
   * Sends everything `ticks` yields and returns when all of it is acknowledged.
   * When the source fails, what came before is sent first, then its error is thrown.
   * @throws the sink's error as soon as the source has stopped, or the source's.
   */
  async consume(ticks: AsyncIterable<readonly FeedTick[]>): Promise<void> {
    try {
      for await (const batch of ticks) {
        for (const tick of batch) this.#enqueue(this.#packer.add(tick));
        this.#startLinger();
        while (this.#queuedBytes + this.#packer.openBytes > this.options.queueBytes) {
          if (this.#queue.length === 0 && !this.#sending) this.#flush();
          await this.#progress();
        }
        this.#throwFailure();
      }
    } finally {
      this.#flush();
      while (this.#failure === undefined && (this.#sending || this.#queue.length > 0)) await this.#progress();
    }
    this.#throwFailure();
  }

  #enqueue(messages: readonly Message[]): void {
    if (messages.length === 0) return;
    for (const message of messages) {
      this.#queue.push(message);
      this.#queuedBytes += message.bytes;
    }
    if (!this.#sending && this.#failure === undefined) void this.#sendQueue();
  }

  #startLinger(): void {
    if (this.#packer.openBytes === 0 || this.#linger !== undefined) return;
    if (this.options.lingerMs === 0) this.#flush();
    else this.#linger = setTimeout(() => this.#flush(), this.options.lingerMs);
  }

  #flush(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    this.#enqueue(this.#packer.flush());
  }

  async #sendQueue(): Promise<void> {
    this.#sending = true;
    try {
      while (this.#queue.length > 0) {
        const batch = this.#takeBatch();
        this.counters.sent(batch);
        await this.sink.send(batch);
        this.counters.acked(batch);
        for (const { bytes } of batch) this.#queuedBytes -= bytes;
        this.#wake();
      }
    } catch (error) {
      this.#failure = { error };
      this.onFailure();
    } finally {
      this.#sending = false;
      this.#wake();
    }
  }

  #takeBatch(): Message[] {
    let bytes = 0;
    const end = this.#queue.findIndex((message) => {
      bytes += message.bytes;
      return bytes > this.options.batchBytes;
    });
    return this.#queue.splice(0, end === -1 ? this.#queue.length : Math.max(end, 1));
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Resolves at the next acknowledgement, or at once when there will be none. */
  #progress(): Promise<void> {
    this.#throwFailure();
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }
}
