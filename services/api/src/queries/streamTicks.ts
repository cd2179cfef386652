import type { Query } from "../clickhouse/query.ts";
import { isoMicros } from "./sql.ts";

/** Rows that one answer holds of one partition at most; a message has no more than 10,001 lines. */
export const ROWS_OF_A_PARTITION = 50_000;

/** A tick as the stream sends it: its place in Kafka, and the text of its JSON object. */
export type TickTuple = readonly [offset: string, line: number, symbol: string, json: string];

/** What there is of one partition from a place on. */
export interface PartitionRow {
  readonly partition: number;
  /** First and last offset of each run of messages whose lines are all there, in order. */
  readonly runs: readonly (readonly [string, string])[];
  /** The last offset that is older than the time to settle; null for none. */
  readonly settled: string | null;
  readonly last: string;
  readonly rows: number;
  readonly ticks: readonly TickTuple[];
}

/** Offsets by partition, as `o0`, `o1`, …; and what every query here needs. */
export type PlacesParams = Readonly<Record<string, string | number | readonly string[]>>;

/** The tick of `/ticks` with its symbol, written by ClickHouse so that nothing here parses and rounds it. */
const TICK_JSON = `toJSONString(CAST((
        t.symbol, t.exchange, ${isoMicros("t.event_time")}, toString(t.seq_id), toString(t.event_type), t.price, t.size,
        toString(t.side), t.source_version, ${isoMicros("t.ingest_time")}, t.kafka_partition, toString(t.kafka_offset),
        t.kafka_line, t.replay_of
    ), 'Tuple(symbol String, exchange String, eventTime String, seqId String, eventType String, price Float64, size Float64, side String, sourceVersion UInt32, ingestTime String, kafkaPartition UInt32, kafkaOffset String, kafkaLine UInt32, replayOf String)'))`;

const partitionsOf = (count: number): number[] => [...Array(count).keys()];

/** One condition a partition, so that the index on (kafka_partition, kafka_offset) tells which granules to read. */
const from = (partitions: number): string =>
  [
    ...partitionsOf(partitions).map((p) => `(t.kafka_partition = ${p} AND t.kafka_offset >= {o${p}:UInt64})`),
    `t.kafka_partition >= ${partitions}`,
  ].join("\n          OR ");

const deadLetters = (partitions: number): string => `
                UNION ALL
                SELECT t.kafka_partition, t.kafka_offset, t.kafka_line, t.kafka_lines, t.ingest_time, '', ''
                FROM dead_letters_all AS t
                WHERE t.kafka_topic = {topic:String} AND (${from(partitions)})`;

/**
 * Everything that came from Kafka from a place in each partition on: which messages are there whole, and the ticks of some
 * symbols. In one query, so that each shard answers from one replica at one moment. Dead letters count as what they are,
 * lines that came and are no ticks; to read them doubles the cost, so they are asked for where lines are missing.
 */
export const newTicks = (
  partitions: number,
  others: "dead letters" | "none",
): Query<PlacesParams, PartitionRow> => ({
  name: others === "none" ? "stream_new_ticks" : "stream_new_lines",
  sql: `
WITH now64(6, 'UTC') - toIntervalMillisecond({settle:UInt32}) AS old
SELECT
    partition,
    arrayMap(run -> (toString(run[1]), toString(run[-1])),
        arraySplit((offset, before) -> offset != before + 1, whole, arrayPopBack(arrayPushFront(whole, 0)))) AS runs,
    if(any_settled, toString(settled_offset), NULL) AS settled,
    toString(last_offset) AS last,
    toUInt32(lines_read) AS rows,
    ticks
FROM
(
    SELECT
        kafka_partition AS partition,
        arraySort(groupArrayIf(kafka_offset, lines_there = lines_sent)) AS whole,
        countIf(taken <= old) > 0 AS any_settled,
        maxIf(kafka_offset, taken <= old) AS settled_offset,
        max(kafka_offset) AS last_offset,
        sum(lines) AS lines_read,
        arrayFlatten(groupArray(wanted)) AS ticks
    FROM
    (
        SELECT
            kafka_partition,
            kafka_offset,
            uniqExact(kafka_line) AS lines_there,
            max(kafka_lines) AS lines_sent,
            min(ingest_time) AS taken,
            count() AS lines,
            groupArrayIf((toString(kafka_offset), kafka_line, wanted_symbol, json), notEmpty(wanted_symbol)) AS wanted
        FROM
        (
            SELECT * FROM
            (
                SELECT t.kafka_partition AS kafka_partition, t.kafka_offset AS kafka_offset, t.kafka_line AS kafka_line,
                    t.kafka_lines AS kafka_lines, t.ingest_time AS ingest_time,
                    if(t.symbol IN {symbols:Array(String)}, toString(t.symbol), '') AS wanted_symbol,
                    if(t.symbol IN {symbols:Array(String)}, ${TICK_JSON}, '') AS json
                FROM ticks_all AS t
                WHERE t.kafka_topic = {topic:String} AND (${from(partitions)})
${others === "none" ? "" : deadLetters(partitions)}
            )
            ORDER BY kafka_partition, kafka_offset, kafka_line
            LIMIT ${ROWS_OF_A_PARTITION} BY kafka_partition
        )
        GROUP BY kafka_partition, kafka_offset
    )
    GROUP BY kafka_partition
)
ORDER BY partition`,
});

export interface PastTickRow {
  readonly partition: number;
  readonly offset: string;
  readonly line: number;
  readonly symbol: string;
  readonly json: string;
}

/** Ticks of some symbols between two places in each partition (`o0` to `e0`, …), in Kafka's order. */
export const pastTicks = (partitions: number): Query<PlacesParams, PastTickRow> => ({
  name: "stream_past_ticks",
  sql: `
SELECT
    t.kafka_partition AS partition,
    toString(t.kafka_offset) AS offset,
    t.kafka_line AS line,
    toString(t.symbol) AS symbol,
    ${TICK_JSON} AS json
FROM ticks_all AS t
WHERE t.symbol IN {symbols:Array(String)}
  AND t.kafka_topic = {topic:String}
  AND (${partitionsOf(partitions)
    .map(
      (p) =>
        `(t.kafka_partition = ${p} AND t.kafka_offset >= {o${p}:UInt64} AND t.kafka_offset < {e${p}:UInt64}
            AND (t.kafka_offset > {o${p}:UInt64} OR t.kafka_line >= {l${p}:UInt32}))`,
    )
    .join("\n    OR ")})
ORDER BY t.kafka_partition, t.kafka_offset, t.kafka_line
LIMIT {limit:UInt32}`,
});

export interface EndRow {
  readonly partition: number;
  /** The last run of 65,536 offsets that has a stored one. */
  readonly chunk: string;
}

/** How far each partition is stored, to 65,536 offsets: from the ledger, which is small however many ticks there are. */
export const storedEnds: Query<{ readonly topic: string }, EndRow> = {
  name: "stream_stored_ends",
  sql: `
SELECT l.kafka_partition AS partition, toString(max(l.chunk)) AS chunk
FROM offset_ledger_all AS l
WHERE l.kafka_topic = {topic:String}
GROUP BY l.kafka_partition
ORDER BY partition`,
};
