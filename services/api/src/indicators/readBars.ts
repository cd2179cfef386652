import type { QueryAnswer, QueryOptions, QueryParams, QueryStats, Warehouse } from "../clickhouse/query.ts";
import { addStats } from "../clickhouse/stats.ts";
import type { Interval } from "../intervals.ts";
import type { ExactBarRow } from "../queries/exactBarSql.ts";
import { exactBars } from "../queries/exactBars.ts";
import { boundParams } from "../tables/keyset.ts";
import { findPage } from "../tables/page.ts";

/** What indicators are made of. */
export type BarRow = Pick<ExactBarRow, "time" | "open" | "high" | "low" | "close" | "volume" | "vwap">;

export interface BarsRange {
  readonly symbol: string;
  /** All, merged, where there is none. */
  readonly exchange?: string | undefined;
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

/**
 * The bars of a range and up to `before` bars that come before it, oldest first; `first` is the index of the first
 * bar in the range. Both reads stop where they have their bars, however long the history is.
 */
export async function readBarsWithWarmUp(
  read: ReadBars,
  range: BarsRange,
  before: number,
): Promise<{ readonly bars: readonly BarRow[]; readonly first: number; readonly stats: QueryStats }> {
  const inRange = await read(range);
  const oldest = inRange.rows.at(-1);
  if (oldest === undefined || before === 0)
    return { bars: inRange.rows.toReversed(), first: 0, stats: inRange.stats };
  const to = Date.parse(oldest.time) * 1_000;
  const warmUp = await read({ ...range, from: undefined, to, limit: before });
  return {
    bars: [...inRange.rows, ...warmUp.rows].reverse(),
    first: warmUp.rows.length,
    stats: addStats([inRange.stats, warmUp.stats]),
  };
}
