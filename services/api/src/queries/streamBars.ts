import type { Query } from "../clickhouse/query.ts";
import { barsOfMinutes, type ExactBarRow } from "./exactBarSql.ts";

/** A minute of one exchange whose bar became known. */
export interface BarChangeRow {
  readonly symbol: string;
  /** Seconds since 1970. */
  readonly minute: number;
  readonly exchange: string;
  readonly revision: number;
  /** Microseconds since 1970. */
  readonly known: string;
}

/** Where a page of changes begins: behind this one. */
export type BarChangesParams = {
  readonly symbols: readonly string[];
  /** Microseconds since 1970. */
  readonly after: string;
  readonly known: string;
  readonly symbol: string;
  readonly minute: number;
  readonly exchange: string;
  readonly limit: number;
};

/** Minutes of some symbols that became known after a moment, the earliest first. */
export const barChanges: Query<BarChangesParams, BarChangeRow> = {
  name: "stream_bar_changes",
  sql: `
SELECT symbol, minute, exchange, revision, toString(micros) AS known
FROM
(
    SELECT
        toString(b.symbol) AS symbol,
        toUInt32(toUnixTimestamp(b.minute)) AS minute,
        toString(b.exchange) AS exchange,
        toUInt32(max(b.revision)) AS revision,
        toUnixTimestamp64Micro(max(b.known_at)) AS micros
    FROM bars_1m_all AS b
    WHERE b.symbol IN {symbols:Array(String)}
      AND b.known_at > fromUnixTimestamp64Micro({after:Int64}, 'UTC')
    GROUP BY b.symbol, b.minute, b.exchange
)
WHERE (micros, symbol, minute, exchange) > ({known:Int64}, {symbol:String}, {minute:UInt32}, {exchange:String})
ORDER BY micros, symbol, minute, exchange
LIMIT {limit:UInt32}`,
};

/** When a bar became known last, of all symbols; microseconds since 1970, 0 for never. */
export const lastKnown: Query<Record<never, never>, { readonly known: string }> = {
  name: "stream_last_known",
  sql: "SELECT toString(toUnixTimestamp64Micro(max(b.known_at))) AS known FROM bars_1m_all AS b",
};

export interface StreamBarRow extends ExactBarRow {
  readonly symbol: string;
}

export type StreamBarsParams = {
  /** A bar each: its symbol and its start, seconds since 1970. */
  readonly symbols: readonly string[];
  readonly starts: readonly number[];
  readonly first: number;
  readonly last: number;
  readonly seconds: number;
  readonly lateness: number;
};

/** The bars of `/bars` by symbol and start, as they are known now. */
export const streamBars: Query<StreamBarsParams, StreamBarRow> = {
  name: "stream_bars",
  sql: `SELECT * FROM (${barsOfMinutes({
    which: `b.symbol IN {symbols:Array(String)}
      AND b.minute >= toDateTime({first:UInt32}, 'UTC')
      AND b.minute < toDateTime({last:UInt32} + {seconds:UInt32}, 'UTC')
      AND has(
          arrayZip({symbols:Array(String)}, {starts:Array(UInt32)}),
          (toString(b.symbol), toUInt32(intDiv(toUnixTimestamp(b.minute), {seconds:UInt32}) * {seconds:UInt32}))
      )`,
    moment: "now64(6, 'UTC')",
    decimals: "double",
  })})
ORDER BY knownAt, symbol, time`,
};
