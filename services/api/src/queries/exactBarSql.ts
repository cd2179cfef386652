import { nearestFloat } from "./sql.ts";

/** One exact bar as ClickHouse returns it, its sums as doubles. */
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
  readonly state: "provisional" | "final" | "corrected";
  readonly revision: number;
  readonly knownAt: string;
}

/** How sums are written: as the nearest double, or with all their digits. */
export type Decimals = "double" | "string";

/** Start of the bar that a minute belongs to, and the bar's length: of `{seconds}`. */
export const START =
  "toDateTime(intDiv(toUnixTimestamp(minute), {seconds:UInt32}) * {seconds:UInt32}, 'UTC')";
export const BAR = "toIntervalSecond({seconds:UInt32})";

/** A bar may change until it is final: `{lateness}` after its end, or after it was first known where that is later. */
export const finalAt = (firstKnown: string): string =>
  `greatest(toDateTime64(start, 6, 'UTC') + ${BAR}, min(${firstKnown})) + toIntervalSecond({lateness:UInt32})`;

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

interface BarsOfMinutes {
  /** Condition on `bars_1m_all AS b` that lets whole bars through. */
  readonly which: string;
  /** The moment at which a bar's state is told. */
  readonly moment: string;
  readonly decimals: Decimals;
}

/**
 * Bars of any length out of one-minute bars, without order: the first open, the last close, by (time, seq_id, exchange),
 * and decimal sums, which have the same bits however they are grouped. What changes after a bar was final is a correction.
 */
export const barsOfMinutes = ({ which, moment, decimals }: BarsOfMinutes): string => {
  const sum = decimals === "string" ? (name: string) => `toString(${name})` : nearestFloat;
  return `
WITH ${moment} AS moment
SELECT
    toString(symbol) AS symbol,
    toDateTime64(start, 0, 'UTC') AS time,
    first AS open,
    highest AS high,
    lowest AS low,
    last AS close,
    ${sum("units")} AS volume,
    ${nearestFloat("money")} / ${nearestFloat("units")} AS vwap,
    toUInt32(count) AS trades,
    ${sum("bought")} AS buyVolume,
    ${sum("sold")} AS sellVolume,
    multiIf(changed > final_at, 'corrected', moment >= final_at, 'final', 'provisional') AS state,
    toUInt32(revision) AS revision,
    changed AS knownAt${decimals === "string" ? ",\n    toString(money) AS notional" : ""}
FROM
(
    SELECT
        symbol,
        ${START} AS start,
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
        ${finalAt("first_known")} AS final_at
    FROM
    (${knownMinutes(which)}
    )
    GROUP BY symbol, start
    HAVING count > 0
)`;
};
