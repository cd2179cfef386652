/** One tick on its way into Kafka. */
export interface FeedTick {
  /** Kafka's key; null for a raw row that names no symbol. */
  readonly symbol: string | null;
  /** The JSON object as it will be sent, without a newline. */
  readonly text: string;
  /** What the summary counts it as: trade, quote, book, first, duplicate, correction, bust, late, bad. */
  readonly kind: string;
  /**
   * When the feed reports it, microseconds since 1970 on the feed's own clock; pacing goes by it. Absent where the
   * feed is not paced. A plain number: exact to the year 2255, and only differences of it are used.
   */
  readonly clockMicros?: number;
  /** Must not share a message with others (text that does not parse). */
  readonly alone?: boolean;
}

/** Where ticks come from. Sources wait for the reader: nothing is read ahead without bound, nothing is dropped. */
export interface Source {
  /** For the progress line and logs: "simulate AAPL,MSFT", "replay ticks.jsonl". */
  readonly description: string;
  /** Finds out, before Kafka is contacted, whether the source can be read at all. */
  prepare(): Promise<void>;
  /**
   * Batches of ticks in the order they are to be sent. Ends soon after `signal` aborts, without an error.
   * Read once.
   */
  read(signal: AbortSignal): AsyncIterable<readonly FeedTick[]>;
}
