import type { Tick } from "../../services/common/src/index.ts";

/** A bar as the API answers it. */
export interface Bar {
  /** `2025-11-10T17:23:00Z` */
  readonly minute: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly vwap: number;
}

/**
 * One-minute bars of one symbol by a plain loop, newest first: the independent answer that the warehouse's is held
 * against. Trades of size 0 are busted. Ties at open and close by (event_time, seq_id).
 */
export function plainBars(ticks: readonly Tick[], symbol: string): Bar[] {
  const trades = ticks
    .filter((tick) => tick.symbol === symbol && tick.event_type === "trade" && tick.size > 0)
    .toSorted((a, b) =>
      a.event_time < b.event_time
        ? -1
        : a.event_time > b.event_time
          ? 1
          : Number(a.seq_id) - Number(b.seq_id),
    );
  const bars: (Bar & { notional: number })[] = [];
  for (const { event_time, price, size } of trades) {
    const minute = `${event_time.slice(0, 16)}:00Z`;
    const last = bars.at(-1);
    if (last === undefined || last.minute !== minute) {
      bars.push({
        minute,
        open: price,
        high: price,
        low: price,
        close: price,
        volume: size,
        vwap: price,
        notional: price * size,
      });
      continue;
    }
    const volume = last.volume + size;
    const notional = last.notional + price * size;
    bars[bars.length - 1] = {
      ...last,
      high: Math.max(last.high, price),
      low: Math.min(last.low, price),
      close: price,
      volume,
      notional,
      vwap: notional / volume,
    };
  }
  return bars.map(({ notional: _, ...bar }) => bar).reverse();
}

/**
 * The warehouse sums decimals of 18 digits, a plain loop sums doubles: n additions of doubles may be off by n halves
 * of the last bit, about 1e-16 each, and a minute holds some thousands. Prices are compared bit for bit.
 */
export const SUM_TOLERANCE = 1e-12;

/** What differs between two lists of bars; empty when they are the same. */
export function barDifferences(actual: readonly Bar[], expected: readonly Bar[]): string[] {
  const differences: string[] = [];
  if (actual.length !== expected.length)
    differences.push(`${actual.length} bars, expected ${expected.length}`);
  expected.forEach((bar, index) => {
    const got = actual[index];
    if (got === undefined) return;
    for (const key of ["minute", "open", "high", "low", "close"] as const) {
      if (got[key] !== bar[key]) differences.push(`${bar.minute} ${key}: ${got[key]}, expected ${bar[key]}`);
    }
    for (const key of ["volume", "vwap"] as const) {
      if (Math.abs(got[key] - bar[key]) > SUM_TOLERANCE * Math.abs(bar[key])) {
        differences.push(`${bar.minute} ${key}: ${got[key]}, expected ${bar[key]}`);
      }
    }
  });
  return differences;
}
