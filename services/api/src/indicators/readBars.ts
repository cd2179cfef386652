import type { QueryAnswer, QueryOptions, QueryStats, Warehouse } from "../clickhouse/query.ts";
import { addStats } from "../clickhouse/stats.ts";
import { INTERVALS, type Interval } from "../intervals.ts";
import { createExactBarsParams, type ExactBarRow, exactBars } from "../queries/exactBars.ts";

export interface BarsRange {
  readonly symbol: string;
  readonly interval: Interval;
  /** Microseconds since 1970; half-open. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
}

/** Reads the newest bars of a range, newest first. */
export type ReadBars = (range: BarsRange) => Promise<QueryAnswer<ExactBarRow>>;

/** The exact bars of `/bars`, as they are known now. */
export const readExactBars =
  (warehouse: Warehouse, latenessSeconds: number, options: QueryOptions): ReadBars =>
  (range) =>
    warehouse.query(exactBars, createExactBarsParams(range, latenessSeconds), options);

/** How many intervals for each bar that is wanted are looked at first: more than a trading day in a calendar day. */
const SPARSENESS = 4;

/**
 * The bars of a range and up to `before` bars that come before it, oldest first; `first` is the index of the first
 * bar in the range. The bars before are looked for in a span that should hold them, and where it does not, in all there are:
 * a long history costs nothing while it isn't needed.
 */
export async function readBarsWithWarmUp(
  read: ReadBars,
  range: BarsRange,
  before: number,
): Promise<{ readonly bars: readonly ExactBarRow[]; readonly first: number; readonly stats: QueryStats }> {
  const inRange = await read(range);
  const oldest = inRange.rows.at(-1);
  const answers = [inRange];
  if (oldest !== undefined && before > 0) {
    const to = Date.parse(oldest.time) * 1_000;
    const span = before * SPARSENESS * INTERVALS[range.interval] * 1_000_000;
    const earlier = { ...range, to, limit: before };
    let warmUp = await read({ ...earlier, from: Math.max(0, to - span) });
    answers.push(warmUp);
    if (warmUp.rows.length < before && to > span) {
      warmUp = await read({ ...earlier, from: undefined });
      answers.push(warmUp);
    }
    const bars = [...inRange.rows, ...warmUp.rows].reverse();
    return { bars, first: warmUp.rows.length, stats: addStats(answers.map(({ stats }) => stats)) };
  }
  return { bars: [...inRange.rows].reverse(), first: 0, stats: inRange.stats };
}
