import type { QueryAnswer, QueryOptions, QueryParams, QueryStats, Warehouse } from "../clickhouse/query.ts";
import { addStats } from "../clickhouse/stats.ts";
import { INTERVALS, type Interval } from "../intervals.ts";
import type { ExactBarRow } from "../queries/exactBarSql.ts";
import { exactBars } from "../queries/exactBars.ts";
import { boundParams } from "../tables/keyset.ts";
import { findPage } from "../tables/page.ts";

/** What indicators are made of. */
export type BarRow = Pick<ExactBarRow, "time" | "open" | "high" | "low" | "close" | "volume" | "vwap">;

export interface BarsRange {
  readonly symbol: string;
  readonly interval: Interval;
  /** Microseconds since 1970; half-open. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
}

/** Reads the newest bars of a range, newest first. */
export type ReadBars = (range: BarsRange) => Promise<QueryAnswer<BarRow>>;

/** The exact bars of `/bars`, as they are known now. */
export const readExactBars =
  (warehouse: Warehouse, latenessSeconds: number, options: QueryOptions): ReadBars =>
  async (range) => {
    const paged = exactBars({ ...range, order: "desc", decimals: "double", latenessSeconds });
    const page = await findPage(warehouse, paged, undefined, range.limit, options);
    const { rows, stats } = await warehouse.query<QueryParams, BarRow>(
      { name: paged.name, sql: paged.rows(page.bounds) },
      { ...paged.params, ...boundParams(page.bounds) },
      options,
    );
    return { rows, stats: addStats([page.stats, stats]) };
  };

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
): Promise<{ readonly bars: readonly BarRow[]; readonly first: number; readonly stats: QueryStats }> {
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
