/**
 * The first half of the query: trades and quote updates in order, each with the best bid and ask after it.
 *
 * Every price and size is the decimal that its source wrote: sums of decimals are the same in any order, so every
 * figure is exact up to one rounding. A price from 1e15 on fits no product of decimals and counts as 0.
 */
const decimal = (value: string): string =>
  `if(${value} < 1e15, toDecimal128OrZero(toString(${value}), 18), toDecimal128(0, 18))`;

const columns = (
  time: string,
  seq: string,
  type: string,
  side: string,
  price: string,
  size: string,
): string => `
        toUnixTimestamp64Micro(${time}) AS at,
        ${seq} AS seq_id,
        toUInt8(${type} = 'quote') AS is_quote,
        toInt8(${side}) AS side,
        ${decimal(price)} AS price,
        ${decimal(size)} AS size`;

/** Trades and quotes in the range, in their latest versions, without busted trades. */
const IN_RANGE = `
    SELECT
        t.exchange AS exchange,${columns("t.event_time", "t.seq_id", "t.event_type", "t.side", "t.price", "t.size")}
    FROM ticks_dedup_all AS t FINAL
    WHERE t.symbol = {symbol:String}
      AND t.event_type IN ('trade', 'quote')
      AND t.event_time >= {first:DateTime('UTC')}
      AND t.event_time < {end:DateTime('UTC')}
      AND ({exchange:String} = '' OR t.exchange = {exchange:String})
      AND NOT (t.event_type = 'trade' AND t.size = 0)`;

const BEFORE_RANGE = `
        FROM ticks_dedup_all AS q
        WHERE q.symbol = {symbol:String}
          AND q.event_type = 'quote'
          AND q.event_time >= toStartOfDay({first:DateTime('UTC')})
          AND q.event_time < {first:DateTime('UTC')}
          AND ({exchange:String} = '' OR q.exchange = {exchange:String})`;

/**
 * The last bid and the last ask of each exchange before the range, of the same day. The greatest (time, number,
 * version) is the latest version of the last quote, so nothing needs FINAL here. The last times are looked up first:
 * a maximum is a tenth of the work of `argMax` over tuples.
 */
const CARRIED = `
    SELECT
        exchange,${columns("last.1", "last.2", "'quote'", "side", "last.3", "last.4")}
    FROM
    (
        SELECT
            q.exchange AS exchange,
            q.side AS side,
            argMax((q.event_time, q.seq_id, q.price, q.size), (q.event_time, q.seq_id, q.source_version)) AS last
        ${BEFORE_RANGE}
          AND (q.exchange, q.side, q.event_time) GLOBAL IN
          (
              SELECT q.exchange, q.side, max(q.event_time) ${BEFORE_RANGE} GROUP BY q.exchange, q.side
          )
        GROUP BY q.exchange, q.side
    )`;

const BID = 1;
const ASK = 2;

/** What was told last of a side, up to and including each row. `anyLast` passes over NULL. */
const lastOf = (column: "price" | "size", side: number): string =>
  `anyLast(if(is_quote = 1 AND side = ${side}, ${column}, NULL)) OVER so_far`;

/**
 * A trade stands before the quotes of its microsecond: its quote is the last one strictly before it. `linked`: this
 * row and the one before may be two sides of one update.
 */
const ORDERED = `
    SELECT
        exchange, at, is_quote, side, price, size,
        intDiv(at, 86400000000) AS day,
        row_number() OVER so_far AS place,
        is_quote = 1
            AND lagInFrame(is_quote, 1, 0) OVER so_far = 1
            AND lagInFrame(at, 1, -1) OVER so_far = at
            AND lagInFrame(side, 1, side) OVER so_far != side
            AND toUInt64(seq_id - lagInFrame(seq_id, 1, 0) OVER so_far) <= 1 AS linked,
        ${lastOf("price", BID)} AS bid,
        ${lastOf("size", BID)} AS bid_size,
        ${lastOf("price", ASK)} AS ask,
        ${lastOf("size", ASK)} AS ask_size
    FROM (${IN_RANGE}
    UNION ALL${CARRIED})
    WINDOW so_far AS (
        PARTITION BY exchange, intDiv(at, 86400000000)
        ORDER BY at, is_quote, seq_id, side
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )`;

/** Where a run of linked rows began: its rows are paired off from there, first and second. */
const PAIRED = `
    SELECT
        *,
        place - max(if(linked, 0, place)) OVER (whole ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS in_run,
        leadInFrame(linked, 1, 0) OVER (whole ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS continued
    FROM (${ORDERED})
    WINDOW whole AS (PARTITION BY exchange, day ORDER BY place)`;

/** Trades and whole updates. A side of size or price 0 is withdrawn, and then there is no spread and no mid. */
const UPDATES = `
    SELECT
        *,
        ifNull(bid > 0 AND bid_size > 0 AND ask > 0 AND ask_size > 0, 0) AS known,
        if(known, bid + ask, NULL) AS mid2
    FROM (${PAIRED})
    WHERE NOT (is_quote = 1 AND in_run % 2 = 0 AND continued = 1)`;

/**
 * Rows: exchange, day, place, at, is_quote, side, price and size (of a trade), the quote after the row (bid, bid_size, ask, ask_size,
 * known, mid2 = bid + ask), the quote before it (previous_…), and `next_at`, until when the quote after it held.
 */
export const STATES = `
    SELECT
        *,
        ${["bid", "bid_size", "ask", "ask_size", "mid2"]
          .map((column) => `lagInFrame(${column}) OVER whole AS previous_${column}`)
          .join(",\n        ")},
        lagInFrame(known, 1, 0) OVER whole AS previous_known,
        least(
            leadInFrame(at, 1, greatest(at, toUnixTimestamp64Micro(now64(6)))) OVER whole,
            (day + 1) * 86400000000
        ) AS next_at
    FROM (${UPDATES})
    WINDOW whole AS (
        PARTITION BY exchange, day ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )`;
