import { exactDecimal } from "@tickhouse/common";
import type { Query } from "../clickhouse/query.ts";
import { AFTER_LAST_MINUTE, FIRST_MINUTE, startAtOrAfter } from "../time.ts";
import { nearestFloat } from "./sql.ts";

/** One minute's bar as ClickHouse returns it. */
export interface BarRow {
  /** Start of the minute, `2025-11-10T17:23:00Z`. */
  readonly minute: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Units traded. */
  readonly volume: number;
  /** Notional over volume, quote currency for one unit. */
  readonly vwap: number;
}

export type BarsParams = {
  readonly symbol: string;
  /** First minute, `2025-11-10 17:23:00` UTC. */
  readonly from: string;
  /** The minute after the last one. */
  readonly to: string;
  readonly limit: number;
};

/**
 * Parameters of both queries. A bar belongs to the range when its minute begins in it, so both bounds move up to
 * the next whole minute: the slow query never cuts a minute in two, and reads the same minutes as the fast one.
 */
export function createBarsParams(query: {
  readonly symbol: string;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
}): BarsParams {
  return {
    symbol: query.symbol,
    from: query.from === undefined ? FIRST_MINUTE : startAtOrAfter(query.from, 60),
    to: query.to === undefined ? AFTER_LAST_MINUTE : startAtOrAfter(query.to, 60),
    limit: query.limit,
  };
}

/** The inner query gives start, first, highest, lowest, last, and the exact decimal sums units and money. */
const selectBars = (perMinute: string): string => `
SELECT
    formatDateTime(start, '%Y-%m-%dT%H:%i:%SZ', 'UTC') AS minute,
    first AS open,
    highest AS high,
    lowest AS low,
    last AS close,
    ${nearestFloat("units")} AS volume,
    ${nearestFloat("money")} / ${nearestFloat("units")} AS vwap
FROM
(${perMinute})
ORDER BY start DESC
LIMIT {limit:UInt32}`;

/**
 * The oldest minute that the answer needs: minutes are read from the end of the key, without their states, until there are
 * enough. A minute's states are in several rows, one for each insert that has not been merged yet.
 */
const OLDEST_MINUTE = `
    SELECT min(m.minute)
    FROM
    (
        SELECT minute
        FROM trades_1m_all
        WHERE symbol = {symbol:String}
          AND minute >= {from:DateTime('UTC')}
          AND minute < {to:DateTime('UTC')}
        ORDER BY minute DESC
        LIMIT 1 BY minute
        LIMIT {limit:UInt32}
    ) AS m`;

/**
 * From the one-minute aggregate states, merging exchanges. Provisional: duplicates and corrections count again. Only the
 * minutes of the answer are read and merged, however long the symbol's history is.
 */
export const fastBars: Query<BarsParams, BarRow> = {
  name: "bars_fast",
  sql: selectBars(`
    SELECT
        b.minute AS start,
        argMinMerge(b.open) AS first,
        max(b.high) AS highest,
        min(b.low) AS lowest,
        argMaxMerge(b.close) AS last,
        sum(b.volume) AS units,
        sum(b.notional) AS money
    FROM trades_1m_all AS b
    WHERE b.symbol = {symbol:String}
      AND b.minute >= {from:DateTime('UTC')}
      AND b.minute >= (${OLDEST_MINUTE})
      AND b.minute < {to:DateTime('UTC')}
    GROUP BY b.minute
`),
};

/**
 * The same bars from the deduplicated ticks. Sums are decimals because those are exact in any order: floating
 * sums would differ in the last bits from the aggregate's, which adds in another grouping.
 */
export const slowBars: Query<BarsParams, BarRow> = {
  name: "bars_slow",
  sql: selectBars(`
    SELECT
        toStartOfMinute(t.event_time) AS start,
        argMin(t.price, (t.event_time, t.seq_id)) AS first,
        max(t.price) AS highest,
        min(t.price) AS lowest,
        argMax(t.price, (t.event_time, t.seq_id)) AS last,
        sum(${exactDecimal("t.size")}) AS units,
        sum(${exactDecimal("t.price * t.size")}) AS money
    FROM ticks_dedup_all AS t FINAL
    WHERE t.symbol = {symbol:String}
      AND t.event_time >= {from:DateTime('UTC')}
      AND t.event_time < {to:DateTime('UTC')}
      AND t.event_type = 'trade'
      AND t.size > 0
    GROUP BY start
`),
};
