import type { Query } from "../clickhouse/query.ts";
import { INTERVALS, type Interval } from "../intervals.ts";
import { AFTER_LAST_MINUTE, FIRST_MINUTE, startAtOrAfter } from "../time.ts";

export type RangeParams = {
  readonly symbol: string;
  /** Empty for all. */
  readonly exchange: string;
  readonly seconds: number;
  /** Start of the first bucket, `2025-11-10 17:23:00` UTC. */
  readonly from: string;
  /** Start of the bucket after the last one. */
  readonly to: string;
  readonly limit: number;
};

/** Starts of the first and the last bucket that are answered, seconds since 1970; both 0 where there is none. */
export interface RangeRow {
  readonly first: number;
  readonly last: number;
}

/** A bucket belongs to the range when it begins in it. Times are microseconds since 1970. */
export function createRangeParams(query: {
  readonly symbol: string;
  readonly exchange?: string | undefined;
  readonly interval: Interval;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
}): RangeParams {
  const seconds = INTERVALS[query.interval];
  return {
    symbol: query.symbol,
    exchange: query.exchange ?? "",
    seconds,
    from: query.from === undefined ? FIRST_MINUTE : startAtOrAfter(query.from, seconds),
    to: query.to === undefined ? AFTER_LAST_MINUTE : startAtOrAfter(query.to, seconds),
    limit: query.limit,
  };
}

/**
 * The newest buckets in which something came. It reads one narrow column of the symbol, and no versions: a bucket
 * whose trades were all busted counts here, and is left out of the answer.
 */
export const microstructureRange: Query<RangeParams, RangeRow> = {
  name: "microstructure_range",
  sql: `
SELECT toUInt32(min(start)) AS first, toUInt32(max(start)) AS last
FROM
(
    SELECT DISTINCT intDiv(toUnixTimestamp(t.event_time), {seconds:UInt32}) * {seconds:UInt32} AS start
    FROM ticks_dedup_all AS t
    WHERE t.symbol = {symbol:String}
      AND t.event_type IN ('trade', 'quote')
      AND t.event_time >= {from:DateTime('UTC')}
      AND t.event_time < {to:DateTime('UTC')}
      AND ({exchange:String} = '' OR t.exchange = {exchange:String})
    ORDER BY start DESC
    LIMIT {limit:UInt32}
)`,
};
