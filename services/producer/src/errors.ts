/** Every way the producer can fail, and whether running it again unchanged may succeed. */
const CODES = {
  /** One or more command-line values or environment variables are wrong. */
  BAD_OPTION: { canRetry: false },
  /** The file to replay can't be opened, read or unpacked. */
  FILE_UNREADABLE: { canRetry: false },
  /** A row of the file is not a tick. */
  BAD_ROW: { canRetry: false },
  /** No broker answered before the deadline. */
  BROKER_UNREACHABLE: { canRetry: true },
  /** The brokers answer but have no such topic. */
  TOPIC_MISSING: { canRetry: false },
  /** Kafka knows the login no more, or lets it write no more. */
  LOGIN_REFUSED: { canRetry: true },
  /** Kafka refused a batch for good. */
  DELIVERY_FAILED: { canRetry: false },
  /** Kafka did not acknowledge a batch before the deadline. */
  DELIVERY_TIMEOUT: { canRetry: true },
  /** The reader of standard output went away. */
  OUTPUT_CLOSED: { canRetry: false },
  /** `ccxt` is not installed, has no such exchange, or the exchange has no such feed or symbol. */
  FEED_UNKNOWN: { canRetry: false },
  /** The exchange did not answer before the deadline. */
  FEED_UNREACHABLE: { canRetry: true },
  /** The exchange refused the subscription. */
  FEED_REFUSED: { canRetry: false },
  /** Kafka took ticks more slowly than the exchange sent them until the queue was full. */
  FEED_OVERRUN: { canRetry: true },
} as const;

export type ProducerErrorCode = keyof typeof CODES;

/** A failure that the person who runs the producer can act on; the message says what to do next. */
export class ProducerError extends Error {
  override readonly name = "ProducerError";
  readonly canRetry: boolean;
  constructor(
    readonly code: ProducerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.canRetry = CODES[code].canRetry;
  }
}

/** What any thrown value says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Lists several problems of one thing: "replay: 2 wrong value(s)" and a line for each. */
export function listProblems(what: string, problems: readonly string[]): string {
  return `${what}: ${problems.length} wrong value(s)\n${problems.map((p) => `  - ${p}`).join("\n")}`;
}
