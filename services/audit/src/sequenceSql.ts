import { CHUNK } from "./ledgerSql.ts";

// What the audit asks of the sequences (schema/23): numbers of a source, as bitmaps of 65,536 each.

/** How scattered the numbers of each event type are, from the ledger's key alone: a row is up to 65,536 numbers. */
export const SPREAD = `
SELECT exchange, symbol, event_type AS kind, count() AS rows, min(chunk) AS first, max(chunk) AS last
FROM sequence_ledger_all
GROUP BY exchange, symbol, kind
ORDER BY exchange, symbol, kind`;

/** Numbers of some series: those of one event type, or of all of them together. */
export const SERIES = `
SELECT
    exchange,
    symbol,
    kind,
    toString(min(chunk * ${CHUNK} + first_bit)) AS first,
    toString(max(chunk * ${CHUNK} + last_bit)) AS last,
    toString(sum(numbers)) AS count
FROM
(
    SELECT
        exchange,
        symbol,
        chunk,
        arrayJoin(arrayFilter(
            each -> has(
                arrayZip({exchanges:Array(String)}, {symbols:Array(String)}, {kinds:Array(String)}),
                (toString(exchange), toString(symbol), each)),
            ['all', toString(event_type)])) AS kind,
        groupBitmapMergeState(seq_ids) AS bits,
        bitmapMin(bits) AS first_bit,
        bitmapMax(bits) AS last_bit,
        bitmapCardinality(bits) AS numbers
    FROM sequence_ledger_all
    WHERE symbol IN {symbols:Array(String)}
    GROUP BY exchange, symbol, chunk, kind
)
GROUP BY exchange, symbol, kind
ORDER BY exchange, symbol, kind`;

const ONE = `exchange = {exchange:String} AND symbol = {symbol:String} AND {kind:String} IN ('all', toString(event_type))`;

/** The chunks of one series: what is between them is missing, and those with fewer numbers than they span have gaps. */
export const SERIES_CHUNKS = `
SELECT
    chunk,
    bitmapMin(bits) AS first,
    bitmapMax(bits) AS last,
    bitmapCardinality(bits) AS count
FROM
(
    SELECT chunk, groupBitmapMergeState(seq_ids) AS bits
    FROM sequence_ledger_all
    WHERE ${ONE}
    GROUP BY chunk
)
ORDER BY chunk`;

/** Gaps between the numbers of some chunks: the number before and the number after each. */
export const CHUNK_GAPS = `
WITH
    arrayMap(bit -> toInt32(bit), arraySort(bitmapToArray(bits))) AS sorted,
    arraySlice(sorted, 2) AS following,
    arraySlice(sorted, 1, length(following)) AS preceding
SELECT
    chunk,
    arrayFilter((before, after) -> after > before + 1, preceding, following) AS before,
    arrayFilter((after, before) -> after > before + 1, following, preceding) AS after
FROM
(
    SELECT chunk, groupBitmapMergeState(seq_ids) AS bits
    FROM sequence_ledger_all
    WHERE ${ONE} AND chunk IN {chunks:Array(UInt64)}
    GROUP BY chunk
)
ORDER BY chunk`;
