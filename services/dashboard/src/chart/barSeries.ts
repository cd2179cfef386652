import type { Bar } from "../api/types.ts";

/** What has to be drawn after bars came. */
export type Change =
  | { readonly kind: "none" }
  /** Bars that are new or other than before, oldest first. */
  | { readonly kind: "update"; readonly bars: readonly Bar[] }
  /** So much that everything is drawn again. */
  | { readonly kind: "replace" };

/** More updates than this cost more than drawing everything. */
const MAX_UPDATES = 50;

/**
 * The bars that are loaded, oldest first, from three sources: pages of history, a stream, and repeated questions for the
 * newest ones. Of two versions of a bar the one with the higher revision stays, whichever comes first.
 */
export class BarSeries {
  #bars: Bar[] = [];

  /** Oldest first. */
  get bars(): readonly Bar[] {
    return this.#bars;
  }

  get first(): Bar | undefined {
    return this.#bars[0];
  }

  get last(): Bar | undefined {
    return this.#bars.at(-1);
  }

  /** The bar that begins at this time. */
  at(time: string): Bar | undefined {
    const bar = this.#bars[lowerBound(this.#bars, time)];
    return bar?.time === time ? bar : undefined;
  }

  /** Takes bars in any order. @returns what to draw */
  take(bars: readonly Bar[]): Change {
    const known = this.#bars;
    const fresh = merge(
      [],
      bars.filter((bar) => isNews(bar, this.at(bar.time))).toSorted((a, b) => a.revision - b.revision),
    );
    const [first] = fresh;
    if (first === undefined) return { kind: "none" };
    const from = lowerBound(known, first.time);
    const inserts = fresh.some(
      (bar) => bar.time < (known.at(-1)?.time ?? "") && this.at(bar.time) === undefined,
    );
    const isOlder = (fresh.at(-1)?.time ?? "") < (known[0]?.time ?? "");
    this.#bars = isOlder ? fresh.concat(known) : known.slice(0, from).concat(merge(known.slice(from), fresh));
    // A chart can change and append bars, but not insert them.
    if (known.length === 0 || inserts || fresh.length > MAX_UPDATES) return { kind: "replace" };
    return { kind: "update", bars: fresh };
  }

  /** The first bar that may still change; undefined when all are final. */
  get firstProvisional(): Bar | undefined {
    return this.#bars.find(({ state }) => state === "provisional");
  }
}

const FIELDS = ["open", "high", "low", "close", "volume", "vwap", "trades", "state", "revision"] as const;

/** Whether a bar says something that the known one does not. */
function isNews(bar: Bar, known: Bar | undefined): boolean {
  if (known === undefined) return true;
  if (bar.revision < known.revision) return false;
  return FIELDS.some((field) => bar[field] !== known[field]);
}

/** Merges two lists, oldest first; of one time the later bar of `fresh` wins. */
function merge(known: readonly Bar[], fresh: readonly Bar[]): Bar[] {
  const byTime = new Map(known.map((bar) => [bar.time, bar]));
  for (const bar of fresh) byTime.set(bar.time, bar);
  return [...byTime.values()].sort((a, b) => (a.time < b.time ? -1 : 1));
}

/** Index of the first bar that does not begin before a time. */
function lowerBound(bars: readonly Bar[], time: string): number {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const bar = bars[middle];
    if (bar !== undefined && bar.time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Figures over all bars of a range. */
export interface RangeFigures {
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  /** Volume-weighted over the bars' own VWAPs. */
  readonly vwap: number;
  readonly trades: number;
  readonly corrected: number;
  /** Last close against the first open. */
  readonly change: number;
  readonly changeShare: number;
}

/** Undefined without bars. Oldest first. Pure. */
export function summarize(bars: readonly Bar[]): RangeFigures | undefined {
  const first = bars[0];
  const last = bars.at(-1);
  if (first === undefined || last === undefined) return undefined;
  let { high, low } = first;
  let volume = 0;
  let notional = 0;
  let trades = 0;
  let corrected = 0;
  for (const bar of bars) {
    high = Math.max(high, bar.high);
    low = Math.min(low, bar.low);
    volume += bar.volume;
    notional += bar.vwap * bar.volume;
    trades += bar.trades;
    if (bar.state === "corrected") corrected += 1;
  }
  const change = last.close - first.open;
  return {
    high,
    low,
    volume,
    vwap: volume === 0 ? last.vwap : notional / volume,
    trades,
    corrected,
    change,
    changeShare: change / first.open,
  };
}
