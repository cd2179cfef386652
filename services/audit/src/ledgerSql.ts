// What the audit asks of the ledger (schema/19). Bitmaps are merged, compared and counted inside of ClickHouse; what
// comes back is a few numbers a chunk, and runs of offsets for those chunks only that are not whole.

/** Offsets of one row of the ledger. */
export const CHUNK = 65_536n;

/**
 * Lines of messages with more lines than this are counted by expanding the bitmap of last lines; those of the others
 * by intersecting it with one mask a line, at a tenth of the cost.
 */
const MASKED_LINES = 16n;

/** First and last chunk of each partition; reads keys alone. */
export const BOUNDS = `
SELECT partition, min(first_chunk) AS first, max(last_chunk) AS last
FROM
(
    SELECT kafka_partition AS partition, min(chunk) AS first_chunk, max(chunk) AS last_chunk
    FROM offset_ledger_all
    WHERE kafka_topic = {topic:String}
    GROUP BY partition
    UNION ALL
    SELECT
        kafka_partition AS partition,
        intDiv(min(kafka_offset), ${CHUNK}) AS first_chunk,
        intDiv(max(kafka_offset), ${CHUNK}) AS last_chunk
    FROM empty_offsets_all
    WHERE kafka_topic = {topic:String}
    GROUP BY partition
)
GROUP BY partition
ORDER BY partition`;

/**
 * One row for each partition and chunk, over all shards, of bitmaps: offsets with a tick, with any line, and with any
 * line or nothing to store. `chunks` narrows the ledger, `offsets` the empty offsets.
 */
const offsetBits = (chunks: string, offsets: string): string => `(
    SELECT
        partition,
        chunk_no,
        groupBitmapMergeStateIf(bits, of_kind = 'tick') AS tick_bits,
        groupBitmapMergeStateIf(bits, of_kind != 'empty') AS stored_bits,
        groupBitmapMergeState(bits) AS known_bits,
        max(has_lines) AS several
    FROM
    (
        SELECT
            kafka_partition AS partition,
            chunk AS chunk_no,
            toString(kind) AS of_kind,
            groupBitmapMergeState(offsets) AS bits,
            max(bitmapCardinality(last) > 0) AS has_lines
        FROM offset_ledger_all
        WHERE kafka_topic = {topic:String} AND ${chunks}
        GROUP BY partition, chunk_no, of_kind
        UNION ALL
        SELECT
            kafka_partition AS partition,
            intDiv(kafka_offset, ${CHUNK}) AS chunk_no,
            'empty' AS of_kind,
            groupBitmapState(toUInt32(kafka_offset % ${CHUNK})) AS bits,
            toUInt8(0) AS has_lines
        FROM empty_offsets_all
        WHERE kafka_topic = {topic:String} AND ${offsets}
        GROUP BY partition, chunk_no
    )
    GROUP BY partition, chunk_no
)`;

/** How many offsets of each chunk from `from` to before `to` are there, and whether messages have several lines. */
export const OFFSETS = `
SELECT
    partition,
    chunk_no AS chunk,
    several,
    bitmapCardinality(tick_bits) AS ticks,
    bitmapCardinality(stored_bits) AS stored,
    bitmapCardinality(known_bits) AS known,
    if(stored = 0, -1, toInt64(bitmapMin(stored_bits))) AS firstStored,
    bitmapMin(known_bits) AS firstKnown,
    bitmapMax(known_bits) AS lastKnown
FROM ${offsetBits(
  "chunk >= {from:UInt64} AND chunk < {to:UInt64}",
  `kafka_offset >= {from:UInt64} * ${CHUNK} AND kafka_offset < {to:UInt64} * ${CHUNK}`,
)}
ORDER BY partition, chunk`;

/** One row for each partition and chunk of bitmaps: stored lines, and last lines, of messages with several. */
const lineBits = (chunks: string): string => `(
    SELECT
        kafka_partition AS partition,
        chunk AS chunk_no,
        groupBitmapMergeState(lines) AS line_bits,
        groupBitmapMergeState(last) AS last_bits
    FROM offset_ledger_all
    WHERE kafka_topic = {topic:String} AND ${chunks}
    GROUP BY partition, chunk_no
)`;

/** How many lines of each chunk from `from` to before `to` are there, of how many. */
export const LINES = `
WITH
    (
        SELECT groupArray((lines, bits))
        FROM
        (
            SELECT intDiv(number, ${CHUNK}) + 1 AS lines, groupBitmapState(number) AS bits
            FROM numbers(${CHUNK * MASKED_LINES})
            GROUP BY lines
        )
    ) AS masks,
    (SELECT groupBitmapState(number) FROM numbers(${CHUNK * MASKED_LINES})) AS masked
SELECT
    partition,
    chunk_no AS chunk,
    bitmapCardinality(line_bits) AS lines,
    arraySum(mask -> mask.1 * bitmapAndCardinality(last_bits, mask.2), masks)
        + arraySum(value -> bitShiftRight(value, 16) + 1, bitmapToArray(bitmapAndnot(last_bits, masked))) AS expectedLines
FROM ${lineBits("chunk >= {from:UInt64} AND chunk < {to:UInt64}")}`;

/** First and last bit of each run of a bitmap. */
const runs = (bits: string, name: string): string => `
    arrayMap(bit -> toInt32(bit), arraySort(bitmapToArray(${bits}))) AS ${name}_sorted,
    arrayFilter((bit, before) -> bit != before + 1, ${name}_sorted, arraySlice(arrayPushFront(${name}_sorted, -2), 1, length(${name}_sorted))) AS ${name}First,
    arrayFilter((bit, after) -> bit != after - 1, ${name}_sorted, arraySlice(arrayPushBack(${name}_sorted, -2), 2)) AS ${name}Last`;

const ONE_CHUNK = "kafka_partition = {partition:UInt32} AND chunk = {chunk:UInt64}";

/** Which offsets of one chunk are there, as runs. */
export const RUNS = `
WITH${runs("tick_bits", "ticks")},${runs("stored_bits", "stored")},${runs("known_bits", "known")}
SELECT ticksFirst, ticksLast, storedFirst, storedLast, knownFirst, knownLast
FROM ${offsetBits(
  ONE_CHUNK,
  `kafka_partition = {partition:UInt32}
            AND kafka_offset >= {chunk:UInt64} * ${CHUNK} AND kafka_offset < ({chunk:UInt64} + 1) * ${CHUNK}`,
)}`;

/** Offsets of one chunk of whose lines some are not stored. */
export const PARTIAL = `
SELECT offset
FROM
(
    SELECT
        bit.1 % ${CHUNK} AS offset,
        countIf(bit.2) AS present,
        maxIf(bitShiftRight(bit.1, 16) + 1, NOT bit.2) AS wanted
    FROM
    (
        SELECT arrayJoin(arrayConcat(
            arrayMap(value -> (value, true), bitmapToArray(line_bits)),
            arrayMap(value -> (value, false), bitmapToArray(last_bits)))) AS bit
        FROM ${lineBits(ONE_CHUNK)}
    )
    GROUP BY offset
)
WHERE present != wanted
ORDER BY offset`;
