import type { ReadTick } from "./readLine.ts";

/** Lengths of bars that the drill compares, in seconds. */
export const INTERVALS = { "1m": 60, "5m": 300, "15m": 900, "1h": 3_600, "1d": 86_400 } as const;
export type Interval = keyof typeof INTERVALS;

/** A bar while it grows: sums are whole numbers of 1e-18 units, as exact as the warehouse's decimals. */
export interface OpenBar {
  readonly start: bigint;
  readonly first: ReadTick;
  readonly last: ReadTick;
  readonly high: number;
  readonly low: number;
  readonly trades: number;
  readonly units: bigint;
  readonly money: bigint;
  readonly bought: bigint;
  readonly sold: bigint;
}

/** The decimal that a double was written as (the shortest one that is it), in units of 1e-18, cut after them. */
export function units(value: number): bigint {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const shift = 18 - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  return shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
}

/** The double next to a number of 1e-18 units. */
export const nearest = (value: bigint): number => Number(`${value}e-18`);

/** Bars of the trades that stand: one a bucket that has any, oldest first. Busted trades, of size 0, count nowhere. */
export function openBars(ticks: Iterable<ReadTick>, seconds: number): OpenBar[] {
  const bars = new Map<bigint, OpenBar>();
  const length = BigInt(seconds) * 1_000_000n;
  for (const tick of ticks) {
    if (tick.type !== "trade" || tick.size <= 0) continue;
    const one = barOf(tick, (tick.micros / length) * length);
    const known = bars.get(one.start);
    bars.set(one.start, known === undefined ? one : merge(known, one));
  }
  return [...bars.values()].sort((a, b) => (a.start < b.start ? -1 : 1));
}

const barOf = (tick: ReadTick, start: bigint): OpenBar => ({
  start,
  first: tick,
  last: tick,
  high: tick.price,
  low: tick.price,
  trades: 1,
  units: units(tick.size),
  money: units(tick.price * tick.size),
  bought: tick.side === "buy" ? units(tick.size) : 0n,
  sold: tick.side === "sell" ? units(tick.size) : 0n,
});

/** One bar of two, at the start of the first. */
export const merge = (a: OpenBar, b: OpenBar): OpenBar => ({
  start: a.start,
  first: isBefore(a.first, b.first) ? a.first : b.first,
  last: isBefore(a.last, b.last) ? b.last : a.last,
  high: Math.max(a.high, b.high),
  low: Math.min(a.low, b.low),
  trades: a.trades + b.trades,
  units: a.units + b.units,
  money: a.money + b.money,
  bought: a.bought + b.bought,
  sold: a.sold + b.sold,
});

/** By time, then by number, then by exchange. */
export function isBefore(a: ReadTick, b: ReadTick): boolean {
  if (a.micros !== b.micros) return a.micros < b.micros;
  if (a.seqId !== b.seqId) return a.seqId < b.seqId;
  return a.exchange < b.exchange;
}

/** When a bar begins, as it is answered: `2025-11-10T17:23:00Z`. */
export const timeOf = ({ start }: OpenBar): string =>
  new Date(Number(start / 1_000n)).toISOString().replace(".000Z", "Z");
