import { INTERVALS, type Interval } from "../intervals.ts";
import type { IndicatorBar } from "./bar.ts";
import type { Indicator, IndicatorValue } from "./definitions.ts";

/** Intervals in a block, at whose start recursive indicators begin anew: a day of 1m bars, 5 days of 5m bars. */
export const BLOCK_INTERVALS = 1_440;

/** The number of the block that a time is in, counted from 1970. */
export const blockOf = (time: string, interval: Interval): number =>
  Math.floor(Date.parse(time) / 1_000 / (INTERVALS[interval] * BLOCK_INTERVALS));

/** Bars that have to be known before a first bar, so that its value does not depend on where the range begins. */
export const barsBefore = (indicators: readonly Indicator[]): number =>
  Math.max(0, ...indicators.map(({ recursive, warmUp }) => (recursive ? BLOCK_INTERVALS + warmUp : warmUp)));

/**
 * The values of an indicator at `bars[first]` and after, oldest first.
 *
 * A recursive indicator begins anew at each block, from `warmUp` bars before the block's first bar, or from the first
 * bar there is. So the value at a bar depends on bars alone, to the last bit, and not on where the range begins;
 * seeded at the range's start it would, and from the symbol's first bar every answer would read the whole history.
 */
export async function computeIndicator(
  indicator: Indicator,
  bars: readonly IndicatorBar[],
  first: number,
  interval: Interval,
): Promise<IndicatorValue[]> {
  if (!indicator.recursive)
    return run(indicator, bars.slice(Math.max(0, first - indicator.warmUp)), bars.length - first);
  const values: IndicatorValue[] = [];
  let start = first;
  while (start < bars.length) {
    const block = blockOf(bars[start]?.time ?? "", interval);
    const inBlock = (index: number) => {
      const bar = bars[index];
      return bar !== undefined && blockOf(bar.time, interval) === block;
    };
    let blockStart = start;
    while (inBlock(blockStart - 1)) blockStart -= 1;
    let end = start;
    while (inBlock(end)) end += 1;
    const seeded = bars.slice(Math.max(0, blockStart - indicator.warmUp), end);
    for (const value of run(indicator, seeded, end - start)) values.push(value);
    start = end;
    // Many blocks of few bars take seconds in the worst case: other requests come in between.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return values;
}

/** The last `count` values over these bars. */
function run(indicator: Indicator, bars: readonly IndicatorBar[], count: number): IndicatorValue[] {
  const calculate = indicator.create();
  return bars.map((bar) => finite(calculate(bar))).slice(bars.length - count);
}

/** What left the range of a double has no value that JSON could hold. */
const finite = (value: IndicatorValue): IndicatorValue =>
  (typeof value === "object" ? Object.values(value ?? {}) : [value]).every(Number.isFinite) ? value : null;
