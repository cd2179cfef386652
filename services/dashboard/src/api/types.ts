/** What the API answers, as openapi.json describes it. Times are ISO 8601 UTC; 64-bit numbers are texts. */

/** What ClickHouse says a query cost. */
export interface Stats {
  readonly elapsedMs: number;
  readonly rowsRead: number;
  readonly bytesRead: number;
}

/** An answer that pages: `next` is the cursor of what follows, null at the end. */
export interface Paged {
  readonly next: string | null;
  readonly stats: Stats;
}

export const INTERVALS = ["1m", "5m", "15m", "1h", "1d"] as const;
export type Interval = (typeof INTERVALS)[number];

export type BarState = "provisional" | "final" | "corrected";

export interface Bar {
  /** Start of the bar, `2025-11-10T17:23:00Z`. */
  readonly time: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly vwap: number;
  readonly trades: number;
  readonly buyVolume: number;
  readonly sellVolume: number;
  readonly state: BarState;
  readonly revision: number;
  readonly knownAt: string;
}

/** Newest first, as all lists here. */
export interface BarsAnswer {
  readonly bars: readonly Bar[];
  readonly stats: Stats;
}

/** An indicator's value at a bar: a number, several named ones, or null where there are too few bars. */
export type IndicatorValue = number | null | Readonly<Record<string, number | null>>;

export interface IndicatorPoint {
  readonly time: string;
  readonly values: Readonly<Record<string, IndicatorValue>>;
}

export interface IndicatorsAnswer {
  readonly points: readonly IndicatorPoint[];
  readonly stats: Stats;
}

export interface SymbolInfo {
  readonly symbol: string;
  readonly exchanges: readonly string[];
  readonly ticks: number;
  readonly trades: number;
  readonly firstEventTime: string;
  readonly lastEventTime: string;
}

export interface SymbolsAnswer {
  readonly symbols: readonly SymbolInfo[];
  readonly stats: Stats;
}

export interface Tick {
  readonly exchange: string;
  readonly eventTime: string;
  readonly seqId: string;
  readonly eventType: "trade" | "quote" | "book";
  readonly price: number;
  readonly size: number;
  readonly side: string;
  readonly sourceVersion: number;
  readonly ingestTime: string;
}

export interface TicksAnswer extends Paged {
  readonly ticks: readonly Tick[];
}

/** A side that did not come is null. */
export interface Quote {
  readonly exchange: string;
  readonly eventTime: string;
  readonly seqId: string;
  readonly bid: number | null;
  readonly bidSize: number | null;
  readonly ask: number | null;
  readonly askSize: number | null;
}

export interface QuotesAnswer extends Paged {
  readonly quotes: readonly Quote[];
}

export interface Level {
  readonly price: number;
  readonly size: number;
}

export interface Book {
  readonly exchange: string;
  /** Best first. */
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly events: number;
  readonly firstEventTime: string;
  readonly lastEventTime: string;
  /** Sequence numbers that never came; 64 bits, as text. */
  readonly missing: {
    readonly count: string;
    readonly ranges: readonly { readonly first: string; readonly last: string }[];
  };
  readonly crossed: boolean;
}

export interface BookAnswer {
  readonly at: string;
  readonly books: readonly Book[];
  readonly stats: Stats;
}

export interface Microstructure {
  readonly time: string;
  readonly exchange: string;
  readonly trades: number;
  readonly quotes: number;
  readonly mid: number | null;
  readonly quotedSpread: number | null;
  readonly timeWeightedSpread: number | null;
  readonly relativeSpreadBps: number | null;
  readonly effectiveSpread: number | null;
  readonly tradeImbalance: number | null;
  readonly quoteImbalance: number | null;
  readonly orderFlowImbalance: number | null;
  readonly kyleLambda: number | null;
}

export interface MicrostructureAnswer {
  readonly buckets: readonly Microstructure[];
  readonly stats: Stats;
}

export interface BenchmarkSide {
  readonly elapsedMs: readonly number[];
  readonly medianMs: number;
  readonly rowsRead: number;
  readonly bytesRead: number;
}

export interface BenchmarkAnswer {
  /** How many bars both sides made. */
  readonly bars: number;
  readonly runs: number;
  readonly equal: boolean;
  readonly difference: { readonly minute: string; readonly fast: unknown; readonly slow: unknown } | null;
  readonly fast: BenchmarkSide;
  readonly slow: BenchmarkSide;
  readonly speedup: number;
}

export interface CountAnswer {
  readonly count: number;
  readonly stats: Stats;
}

export type DropReason = "duplicate" | "superseded" | "busted";

export interface DroppedTick extends Tick {
  readonly reason: DropReason;
  readonly keptVersion: number;
  readonly kafkaPartition: number;
  readonly kafkaOffset: string;
}

export interface DroppedAnswer extends Paged {
  readonly dropped: readonly DroppedTick[];
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

export interface Stage {
  readonly name: string;
  /** Rows a second over the last minute. */
  readonly rate: number | null;
  readonly lag: number | null;
  readonly lagUnit: "messages" | "rows" | "minutes" | null;
  readonly latencyMs: Latency | null;
}

/** What can't be told is null, and `problems` says why. */
export interface PipelineAnswer {
  readonly time: string;
  readonly partitions:
    | readonly {
        readonly partition: number;
        readonly endOffset: string;
        readonly committedOffset: string | null;
        readonly lag: number;
      }[]
    | null;
  readonly buffer: { readonly rows: number | null };
  readonly stages: readonly Stage[];
  readonly deadLetters: {
    readonly total: number;
    readonly lastHour: number;
    readonly causes: readonly { readonly cause: string; readonly count: number }[];
  } | null;
  readonly nodes: readonly {
    readonly name: string;
    readonly shard: string | null;
    readonly replica: number | null;
    readonly up: boolean;
    readonly parts: number | null;
    readonly rows: number | null;
    readonly bytes: number | null;
  }[];
  readonly audit: { readonly verdict: string; readonly time: string; readonly missing: number } | null;
  readonly problems: readonly string[];
}

export interface AuditAnswer {
  readonly verdict: string;
  readonly problems: readonly string[];
  readonly partitions: readonly {
    readonly partition: number;
    readonly start: number;
    readonly end: number;
    readonly stored: number;
    readonly deadLettered: number;
    readonly pending: number;
    readonly empty: number;
    readonly missing: number;
  }[];
}

export interface DeadLetter {
  /** `partition/offset/line`. */
  readonly place: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly line: number;
  readonly time: string;
  readonly error: string;
  readonly message: string;
  readonly truncated: boolean;
  readonly replays: number;
  readonly replayedAt: string | null;
  readonly replayOf: string | null;
}

export interface DeadLettersAnswer extends Paged {
  readonly deadLetters: readonly DeadLetter[];
  readonly total: number;
}

/** One dead letter with its whole message and what its replays became. */
export interface WholeDeadLetter extends DeadLetter {
  /** The line as it is; null when it is no UTF-8. */
  readonly text: string | null;
  readonly base64: string | null;
  readonly became: readonly {
    readonly kind: "stored" | "dead letter";
    readonly place: string;
    readonly time: string;
    readonly tick: string | null;
    readonly error: string | null;
  }[];
}

export interface ReplayAnswer {
  readonly replayed: readonly {
    readonly place: string;
    readonly partition: number;
    readonly offset: string;
  }[];
}
