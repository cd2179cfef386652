import type { Bar } from "./api.ts";

/** What has to be drawn after an answer. */
export type Change =
  | { readonly kind: "none" }
  /** Bars that are new or other than before, oldest first. */
  | { readonly kind: "update"; readonly bars: readonly Bar[] }
  /** So much that everything is drawn again. */
  | { readonly kind: "replace" };

/** More updates than this cost more than drawing everything. */
const MAX_UPDATES = 50;

/** The bars that are shown, oldest first, at most `limit`. */
export class BarSeries {
  #bars = new Map<string, Bar>();

  constructor(readonly limit: number) {}

  /** Oldest first. */
  get bars(): readonly Bar[] {
    return [...this.#bars.values()];
  }

  get last(): Bar | undefined {
    return this.bars.at(-1);
  }

  /**
   * Takes an answer, newest first, that covers either everything (`whole`) or the minutes since the last bar.
   * @returns what to draw
   */
  take(newestFirst: readonly Bar[], whole: boolean): Change {
    const answer = newestFirst.toReversed();
    const before = this.#bars;
    const changed = answer.filter((bar) => !sameBar(before.get(bar.minute), bar));
    const gone = whole && [...before.keys()].some((minute) => !answer.some((bar) => bar.minute === minute));
    if (changed.length === 0 && !gone) return { kind: "none" };

    const merged = new Map(whole ? [] : before);
    for (const bar of answer) merged.set(bar.minute, bar);
    const sorted = [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).slice(-this.limit);
    this.#bars = new Map(sorted);
    // A chart can't drop single bars.
    const dropped = gone || merged.size > this.limit;
    if (before.size === 0 || dropped || changed.length > MAX_UPDATES) return { kind: "replace" };
    return { kind: "update", bars: changed };
  }
}

const FIELDS = ["minute", "open", "high", "low", "close", "volume", "vwap"] as const;

/** To the bit, as the answers are meant to agree. */
export const sameBar = (a: Bar | undefined, b: Bar | undefined): boolean =>
  a !== undefined && b !== undefined && FIELDS.every((field) => a[field] === b[field]);

/** Figures over all bars of a range. */
export interface RangeFigures {
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  /** Volume-weighted over the bars' own VWAPs. */
  readonly vwap: number;
  /** Last close against the first open. */
  readonly change: number;
  readonly changeShare: number;
}

/** Undefined without bars. Oldest first. */
export function summarize(bars: readonly Bar[]): RangeFigures | undefined {
  const first = bars[0];
  const last = bars.at(-1);
  if (first === undefined || last === undefined) return undefined;
  let high = first.high;
  let low = first.low;
  let volume = 0;
  let notional = 0;
  for (const bar of bars) {
    high = Math.max(high, bar.high);
    low = Math.min(low, bar.low);
    volume += bar.volume;
    notional += bar.vwap * bar.volume;
  }
  const change = last.close - first.open;
  return {
    high,
    low,
    volume,
    vwap: volume === 0 ? last.vwap : notional / volume,
    change,
    changeShare: change / first.open,
  };
}
