import { exactDecimal } from "@tickhouse/common";

/** How many minutes are recomputed by one statement; they are bound in its URL, which the server bounds. */
export const BATCH = 1_000;

/** Minutes of a shard whose bars are behind their trades, oldest change first. */
export interface ChangedMinute {
  readonly symbol: string;
  /** Start of the minute, seconds since 1970. */
  readonly minute: number;
  /** Rows of trades inserted until now: noted as computed once the bar is. */
  readonly arrived: string;
}

/**
 * Which minutes are behind. Parameters: since, seconds since 1970: minutes that changed before are not looked at; 0 looks
 * at all of them. What arrived is summed over all notes of a minute, also those older than `since`.
 */
export const CHANGED = `
  SELECT symbol, toUnixTimestamp(minute) AS minute, toString(sum(arrived)) AS arrived
  FROM bar_changes
  WHERE {since:UInt32} = 0
     OR (symbol, minute) IN (SELECT symbol, minute FROM bar_changes WHERE changed_at >= toDateTime64({since:UInt32}, 3, 'UTC'))
  GROUP BY symbol, minute
  HAVING sum(bar_changes.arrived) > max(computed)
  ORDER BY max(changed_at), symbol, minute
  LIMIT {limit:UInt32}`;

const MINUTES = "arrayZip({symbols:Array(String)}, {minutes:Array(DateTime('UTC'))})";

const SIZE = exactDecimal("size");

/** Columns of a bar that make it another one when they change. */
const CONTENT = [
  "open",
  "high",
  "low",
  "close",
  "open_time",
  "open_seq_id",
  "close_time",
  "close_seq_id",
  "volume",
  "notional",
  "buy_volume",
  "sell_volume",
  "trades",
] as const;

const content = (of: string): string => CONTENT.map((column) => `${of}.${column}`).join(", ");

/**
 * Recomputes the bars of some minutes from the deduplicated trades, and adds a revision of each that is another one
 * than was known. A minute whose trades were all busted has nothing on the left side of the join: zeros, and no trade.
 * Parameters: symbols and minutes (seconds since 1970), of equal length.
 */
export const RECOMPUTE = `
  INSERT INTO bars_1m (symbol, minute, exchange, revision, known_at, first_known_at, ${CONTENT.join(", ")})
  WITH now64(6, 'UTC') AS now
  SELECT symbol, minute, exchange, known.revision + 1, now,
         if(known.revision = 0, now, known.first_known_at), ${content("fresh")}
  FROM
  (
    SELECT
      symbol,
      toStartOfMinute(event_time) AS minute,
      exchange,
      argMin(price, (event_time, seq_id)) AS open,
      max(price) AS high,
      min(price) AS low,
      argMax(price, (event_time, seq_id)) AS close,
      min((event_time, seq_id)) AS first,
      max((event_time, seq_id)) AS last,
      first.1 AS open_time,
      first.2 AS open_seq_id,
      last.1 AS close_time,
      last.2 AS close_seq_id,
      sum(${SIZE}) AS volume,
      sum(${exactDecimal("price * size")}) AS notional,
      sumIf(${SIZE}, side = 'buy') AS buy_volume,
      sumIf(${SIZE}, side = 'sell') AS sell_volume,
      count() AS trades
    FROM ticks_dedup FINAL
    WHERE event_type = 'trade' AND size > 0 AND (symbol, toStartOfMinute(event_time)) IN ${MINUTES}
    GROUP BY symbol, minute, exchange
  ) AS fresh
  FULL JOIN
  (
    SELECT
      symbol,
      minute,
      exchange,
      max(bars_1m.revision) AS revision,
      any(bars_1m.first_known_at) AS first_known_at,
      ${CONTENT.map((column) => `argMax(bars_1m.${column}, bars_1m.revision) AS ${column}`).join(",\n      ")}
    FROM bars_1m
    WHERE (symbol, minute) IN ${MINUTES}
    GROUP BY symbol, minute, exchange
  ) AS known USING (symbol, minute, exchange)
  WHERE (${content("fresh")}) != (${content("known")})`;

/** Notes how far the bars of some minutes have followed. Parameters: symbols, minutes, computed, of equal length. */
export const NOTE = `
  INSERT INTO bar_changes (symbol, minute, computed)
  SELECT symbol, minute, computed
  FROM (SELECT arrayJoin(arrayZip({symbols:Array(String)}, {minutes:Array(DateTime('UTC'))}, {computed:Array(UInt64)})) AS each,
               each.1 AS symbol, each.2 AS minute, each.3 AS computed)`;
