import type { Query } from "../clickhouse/query.ts";
import { INTERVALS, type Interval } from "../intervals.ts";
import { AFTER_LAST_MINUTE, dateTimeMicros, FIRST_MINUTE, startAtOrAfter } from "../time.ts";
import { isoMicros, nearestFloat } from "./sql.ts";

export type BarState = "provisional" | "final" | "corrected";

/** One exact bar as ClickHouse returns it. */
export interface ExactBarRow {
  /** Start of the bar, `2025-11-10T17:23:00Z`. */
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
  readonly state: BarState;
  readonly revision: number;
  readonly knownAt: string;
}

export type ExactBarsParams = {
  readonly symbol: string;
  readonly seconds: number;
  readonly from: string;
  readonly to: string;
  /** What is known after this moment is left aside; empty for now. */
  readonly asOf: string;
  readonly lateness: number;
  readonly limit: number;
};

/** A bar belongs to the range when it begins in it. Times are microseconds since 1970. */
export function createExactBarsParams(
  query: {
    readonly symbol: string;
    readonly interval: Interval;
    readonly from?: number | undefined;
    readonly to?: number | undefined;
    readonly as_of?: number | undefined;
    readonly limit: number;
  },
  latenessSeconds: number,
): ExactBarsParams {
  const seconds = INTERVALS[query.interval];
  return {
    symbol: query.symbol,
    seconds,
    from: query.from === undefined ? FIRST_MINUTE : startAtOrAfter(query.from, seconds),
    to: query.to === undefined ? AFTER_LAST_MINUTE : startAtOrAfter(query.to, seconds),
    asOf: query.as_of === undefined ? "" : dateTimeMicros(query.as_of),
    lateness: latenessSeconds,
    limit: query.limit,
  };
}

/** NULL for now. (An empty text would be read as 1970.) */
const AS_OF = "toDateTime64OrNull(nullIf({asOf:String}, ''), 6, 'UTC')";

/** The last that a DateTime64 holds. */
const LAST_MOMENT = "toDateTime64('2299-12-31 23:59:59', 6, 'UTC')";

/** Which minutes bars are made of. */
const ASKED_MINUTES = `b.symbol = {symbol:String}
      AND b.minute >= {from:DateTime('UTC')}
      AND b.minute < {to:DateTime('UTC')}
      AND b.known_at <= ifNull(${AS_OF}, ${LAST_MOMENT})`;

/** What was believed of each minute and exchange: the highest revision that was known. */
const knownMinutes = (which: string): string => `
    SELECT
        b.symbol AS symbol,
        b.minute AS minute,
        b.exchange AS exchange,
        max(b.revision) AS revisions,
        max(b.known_at) AS known,
        any(b.first_known_at) AS first_known,
        ${["open", "high", "low", "close", "open_time", "open_seq_id", "close_time", "close_seq_id", "trades"]
          .map((column) => `argMax(b.${column}, b.revision) AS ${column}`)
          .join(",\n        ")},
        ${["volume", "notional", "buy_volume", "sell_volume"]
          .map((column) => `argMax(b.${column}, b.revision) AS minute_${column}`)
          .join(",\n        ")}
    FROM bars_1m_all AS b
    WHERE ${which}
    GROUP BY b.symbol, b.minute, b.exchange`;

/**
 * Bars of any length out of one-minute bars: the first open, the last close, by (time, seq_id, exchange), and decimal
 * sums, which have the same bits however they are grouped.
 * A bar may change until it is final: lateness after its end, or after it was first known where that is later
 * (old days that are loaded). What changes after that is a correction.
 */
export const selectExactBars = (which: string, moment: string): string => `
WITH ${moment} AS moment
SELECT
    toString(symbol) AS symbol,
    formatDateTime(start, '%Y-%m-%dT%H:%i:%SZ', 'UTC') AS time,
    first AS open,
    highest AS high,
    lowest AS low,
    last AS close,
    ${nearestFloat("units")} AS volume,
    ${nearestFloat("money")} / ${nearestFloat("units")} AS vwap,
    count AS trades,
    ${nearestFloat("bought")} AS buyVolume,
    ${nearestFloat("sold")} AS sellVolume,
    multiIf(changed > final_at, 'corrected', moment >= final_at, 'final', 'provisional') AS state,
    revision,
    ${isoMicros("changed")} AS knownAt
FROM
(
    SELECT
        symbol,
        toDateTime(intDiv(toUnixTimestamp(minute), {seconds:UInt32}) * {seconds:UInt32}, 'UTC') AS start,
        argMinIf(open, (open_time, open_seq_id, exchange), trades > 0) AS first,
        maxIf(high, trades > 0) AS highest,
        minIf(low, trades > 0) AS lowest,
        argMaxIf(close, (close_time, close_seq_id, exchange), trades > 0) AS last,
        sum(minute_volume) AS units,
        sum(minute_notional) AS money,
        sum(minute_buy_volume) AS bought,
        sum(minute_sell_volume) AS sold,
        sum(trades) AS count,
        sum(revisions) AS revision,
        max(known) AS changed,
        greatest(toDateTime64(start, 6, 'UTC') + toIntervalSecond({seconds:UInt32}), min(first_known))
            + toIntervalSecond({lateness:UInt32}) AS final_at
    FROM
    (${knownMinutes(which)}
    )
    GROUP BY symbol, start
    HAVING count > 0
)`;

export const exactBars: Query<ExactBarsParams, ExactBarRow> = {
  name: "bars_exact",
  sql: `SELECT * EXCEPT (symbol) FROM (${selectExactBars(ASKED_MINUTES, `ifNull(${AS_OF}, now64(6, 'UTC'))`)})
ORDER BY time DESC
LIMIT {limit:UInt32}`,
};
