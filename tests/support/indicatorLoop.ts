import type { ExactBar } from "./exactLoop.ts";

/**
 * Indicators by plain loops over bars, oldest first, written from their formulas: each value is computed by itself, from
 * the bars that the documentation says it depends on. Additions go from the oldest bar to the newest, as documented, so
 * the last bit has to agree.
 */
export type Expected = number | null | Record<string, number>;

type Loop = (bars: readonly ExactBar[], index: number, seconds: number, args: readonly number[]) => Expected;

const WARM_UP_PERIODS = 30;
const BLOCK_INTERVALS = 1_440;

/** The bars that a recursive indicator runs over for the value at `index`, the last of them. */
function seeded(bars: readonly ExactBar[], index: number, seconds: number, period: number): ExactBar[] {
  const block = (bar: ExactBar | undefined) =>
    bar === undefined ? -1 : Math.floor(Date.parse(bar.time) / (seconds * BLOCK_INTERVALS * 1_000));
  let start = index;
  while (start > 0 && block(bars[start - 1]) === block(bars[index])) start -= 1;
  return bars.slice(Math.max(0, start - WARM_UP_PERIODS * period), index + 1);
}

const lastOf = (bars: readonly ExactBar[], index: number, count: number): ExactBar[] | undefined =>
  index + 1 < count ? undefined : bars.slice(index + 1 - count, index + 1);

function total(numbers: readonly number[]): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

/** The value after each number. */
function exponential(numbers: readonly number[], period: number): number[] {
  const weight = 2 / (period + 1);
  const averages: number[] = [];
  for (const number of numbers) averages.push(number * weight + (averages.at(-1) ?? number) * (1 - weight));
  return averages;
}

/** Wilder's average after the last number; undefined of fewer than `period` numbers. */
function wilder(numbers: readonly number[], period: number): number | undefined {
  if (numbers.length < period) return undefined;
  let average = total(numbers.slice(0, period)) / period;
  for (const number of numbers.slice(period)) average += (number - average) * (1 / period);
  return average;
}

const closes = (bars: readonly ExactBar[]): number[] => bars.map(({ close }) => close);

const vwapOf = (bars: readonly ExactBar[]): number =>
  total(bars.map(({ vwap, volume }) => vwap * volume)) / total(bars.map(({ volume }) => volume));

export const INDICATOR_LOOPS: Readonly<Record<string, Loop>> = {
  sma(bars, index, _seconds, [period = 0]) {
    const last = lastOf(bars, index, period);
    return last === undefined ? null : total(closes(last)) / period;
  },
  ema(bars, index, seconds, [period = 0]) {
    const all = seeded(bars, index, seconds, period);
    return all.length < period ? null : (exponential(closes(all), period).at(-1) ?? null);
  },
  rsi(bars, index, seconds, [period = 0]) {
    const prices = closes(seeded(bars, index, seconds, period));
    const changes = prices.slice(1).map((price, before) => price - (prices[before] ?? 0));
    const gain = wilder(
      changes.map((change) => Math.max(change, 0)),
      period,
    );
    const loss = wilder(
      changes.map((change) => Math.max(-change, 0)),
      period,
    );
    if (gain === undefined || loss === undefined) return null;
    return loss === 0 ? 100 : 100 - 100 / (gain / loss + 1);
  },
  bollinger(bars, index, _seconds, [period = 0, factor = 0]) {
    const last = lastOf(bars, index, period);
    if (last === undefined) return null;
    const middle = total(closes(last)) / period;
    const deviation = Math.sqrt(
      total(closes(last).map((price) => (price - middle) * (price - middle))) / period,
    );
    return { lower: middle - deviation * factor, middle, upper: middle + deviation * factor };
  },
  macd(bars, index, seconds, [fast = 0, slow = 0, period = 0]) {
    const prices = closes(seeded(bars, index, seconds, slow + period));
    if (prices.length < slow + period - 1) return null;
    const quick = exponential(prices, fast);
    const lines = exponential(prices, slow).map((average, at) => (quick[at] ?? 0) - average);
    const signal = exponential(lines.slice(slow - 1), period).at(-1) ?? 0;
    const macd = lines.at(-1) ?? 0;
    return { macd, signal, histogram: macd - signal };
  },
  atr(bars, index, seconds, [period = 0]) {
    const all = seeded(bars, index, seconds, period);
    const ranges = all.map(({ high, low }, at) => {
      const before = all[at - 1]?.close;
      return before === undefined ? high - low : Math.max(high, before) - Math.min(low, before);
    });
    return wilder(ranges, period) ?? null;
  },
  vwap(bars, index) {
    const day = bars[index]?.time.slice(0, 10);
    return vwapOf(bars.slice(0, index + 1).filter(({ time }) => time.startsWith(day ?? "-")));
  },
  rolling_vwap(bars, index, _seconds, [period = 0]) {
    const last = lastOf(bars, index, period);
    return last === undefined ? null : vwapOf(last);
  },
};

/** `bollinger:20:2` at each bar. */
export function indicatorLoop(name: string, bars: readonly ExactBar[], seconds: number): Expected[] {
  const [kind = "", ...args] = name.split(":");
  const loop = INDICATOR_LOOPS[kind];
  if (loop === undefined) throw new Error(`no loop for ${name}`);
  return bars.map((_bar, index) => loop(bars, index, seconds, args.map(Number)));
}
