import type { Tick } from "../../services/common/src/index.ts";

/** A bar as `GET /bars` answers it, without what depends on when it was asked. */
export interface ExactBar {
  /** `2025-11-10T17:23:00Z` */
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
}

/**
 * What the source says in the end: of each identity the row with the highest source_version (the first of equals,
 * which are copies). A plain loop over everything that was sent, in any order.
 */
export function latestTicks(sent: readonly Tick[]): Tick[] {
  const latest = new Map<string, Tick>();
  for (const tick of sent) {
    const { exchange, symbol, event_type, event_time, seq_id, side } = tick;
    const key = [exchange, symbol, event_type, event_time, seq_id, event_type === "trade" ? "" : side].join(
      "|",
    );
    const known = latest.get(key);
    if (known === undefined || tick.source_version > known.source_version) latest.set(key, tick);
  }
  return [...latest.values()];
}

/**
 * Bars of one symbol by a plain loop over its distinct trades, newest first. Sums are of the decimals that the warehouse
 * keeps: a double times 1e18, whole, so that they can be compared to the last bit.
 */
export function exactBarsOf(sent: readonly Tick[], symbol: string, seconds: number): ExactBar[] {
  const trades = latestTicks(sent)
    .filter((tick) => tick.symbol === symbol && tick.event_type === "trade" && tick.size > 0)
    .toSorted(
      (a, b) =>
        compare(a.event_time, b.event_time) ||
        compare(BigInt(a.seq_id), BigInt(b.seq_id)) ||
        compare(a.exchange, b.exchange),
    );
  const buckets = new Map<number, Tick[]>();
  for (const trade of trades) {
    const start = Math.floor(Date.parse(trade.event_time) / (seconds * 1_000)) * seconds * 1_000;
    buckets.set(start, [...(buckets.get(start) ?? []), trade]);
  }
  return [...buckets].sort(([a], [b]) => b - a).map(([start, inside]) => barOf(start, inside));
}

function barOf(start: number, trades: readonly Tick[]): ExactBar {
  let [high, low] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [volume, notional, bought, sold] = [0n, 0n, 0n, 0n];
  for (const { price, size, side } of trades) {
    high = Math.max(high, price);
    low = Math.min(low, price);
    volume += decimal(size);
    notional += decimal(price * size);
    if (side === "buy") bought += decimal(size);
    if (side === "sell") sold += decimal(size);
  }
  return {
    time: `${new Date(start).toISOString().slice(0, 19)}Z`,
    open: trades[0]?.price ?? Number.NaN,
    high,
    low,
    close: trades.at(-1)?.price ?? Number.NaN,
    volume: double(volume),
    vwap: double(notional) / double(volume),
    trades: trades.length,
    buyVolume: double(bought),
    sellVolume: double(sold),
  };
}

const SCALE = 10n ** 18n;

/** A double as a decimal of 18 digits: multiplied as a double, then cut to a whole number. */
const decimal = (value: number): bigint => BigInt(Math.trunc(value * 1e18));

/** A decimal as a double: whole and fractional part apart, since each of them converts by itself. */
const double = (value: bigint): number => Number(value / SCALE) + Number(value % SCALE) / 1e18;

const compare = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
