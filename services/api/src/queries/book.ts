import type { Query } from "../clickhouse/query.ts";
import { isoMicros } from "./sql.ts";

export type BookParams = {
  readonly symbol: string;
  /** Empty for all. */
  readonly exchange: string;
  /** The last moment that counts, `2025-11-10 17:23:00.000000` UTC. */
  readonly at: string;
  /** Levels of each side; ranges of each exchange. */
  readonly limit: number;
};

/** One price level that is not empty. */
export interface LevelRow {
  readonly exchange: string;
  readonly side: "buy" | "sell";
  readonly price: number;
  readonly size: number;
}

/** What the book of an exchange was rebuilt from. */
export interface BookEventsRow {
  readonly exchange: string;
  readonly events: number;
  readonly firstEventTime: string;
  readonly lastEventTime: string;
  /** Numbers between the first and the last that no event has; a UInt64 as text. */
  readonly missing: string;
}

/** Numbers that follow one another and are all missing. */
export interface GapRow {
  readonly exchange: string;
  readonly first: string;
  readonly last: string;
}

/**
 * The events up to a moment in their latest versions. FINAL has to come before the levels are made: a correction
 * may move an event to another price, which is no part of its identity. The key's prefix (symbol, type, time) bounds
 * what is read.
 */
const EVENTS = `
FROM ticks_dedup_all AS t FINAL
WHERE t.symbol = {symbol:String}
  AND t.event_type = 'book'
  AND t.event_time <= {at:DateTime64(6, 'UTC')}
  AND ({exchange:String} = '' OR t.exchange = {exchange:String})`;

/** The best levels of both sides: the last size told for each price, unless it is 0, which removes the level. */
export const bookLevels: Query<BookParams, LevelRow> = {
  name: "book_levels",
  sql: `
SELECT exchange, side, price, size
FROM
(
    SELECT
        t.exchange AS exchange,
        t.side AS side,
        t.price AS price,
        argMax(t.size, (t.event_time, t.seq_id)) AS size
    ${EVENTS}
    GROUP BY t.exchange, t.side, t.price
    HAVING size > 0
)
ORDER BY exchange, side, if(side = 'buy', -price, price)
LIMIT {limit:UInt32} BY exchange, side`,
};

/**
 * A bid and an ask may share a number: distinct numbers are counted. The difference of two UInt64 is an Int64 that
 * wraps, and is right again as a UInt64.
 */
export const bookEvents: Query<BookParams, BookEventsRow> = {
  name: "book_events",
  sql: `
SELECT
    t.exchange AS exchange,
    toUInt32(count()) AS events,
    ${isoMicros("min(t.event_time)")} AS firstEventTime,
    ${isoMicros("max(t.event_time)")} AS lastEventTime,
    toString(toUInt64(max(t.seq_id) - min(t.seq_id) + 1 - uniqExact(t.seq_id))) AS missing
${EVENTS}
GROUP BY t.exchange
ORDER BY exchange`,
};

/** The lowest ranges of missing numbers, at most `limit` of each exchange. */
export const bookGaps: Query<BookParams, GapRow> = {
  name: "book_gaps",
  sql: `
SELECT exchange, toString(before + 1) AS first, toString(toUInt64(seq_id - 1)) AS last
FROM
(
    SELECT
        exchange,
        seq_id,
        lagInFrame(seq_id, 1, seq_id) OVER (PARTITION BY exchange ORDER BY seq_id) AS before
    FROM (SELECT DISTINCT t.exchange AS exchange, t.seq_id AS seq_id ${EVENTS})
)
WHERE toUInt64(seq_id - before) > 1
ORDER BY exchange, seq_id
LIMIT {limit:UInt32} BY exchange`,
};
