import { TupleParam } from "@clickhouse/client";
import { CAUSE, causeName } from "./cause.ts";
import type { Condition } from "./filter.ts";
import type { Place } from "./place.ts";
import type { Reader } from "./session.ts";

/** A dead letter as it is stored. */
export interface DeadLetter {
  readonly place: Place;
  /** Lines of its message. */
  readonly lines: number;
  /** When the warehouse read it: `2025-11-14T19:25:17.123456Z` */
  readonly at: string;
  readonly error: string;
  /** The line byte by byte, or its start. */
  readonly raw: Buffer;
  /** Bytes of the whole line. */
  readonly bytes: number;
  /** The dead letter that this is a replay of; empty for most. */
  readonly replayOf: string;
  readonly replays: number;
  /** When it was sent again last. */
  readonly replayedAt: string | undefined;
}

/** What to read of the dead letters that a condition is true for. */
export interface LettersQuery extends Condition {
  readonly order: "newest" | "place";
  readonly limit: number;
  /** Bytes to read of each line; all without it. */
  readonly rawBytes?: number;
}

interface Row {
  topic: string;
  partition: number;
  offset: string;
  line: number;
  lines: number;
  at: string;
  error: string;
  raw: string;
  bytes: string;
  replayOf: string;
  replays: number;
  replayedAt: string;
}

const ISO = (column: string): string => `formatDateTime(${column}, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC')`;
const ORDER = {
  newest: "ingest_time DESC, kafka_topic DESC, kafka_partition DESC, kafka_offset DESC, kafka_line DESC",
  place: "kafka_topic, kafka_partition, kafka_offset, kafka_line",
} as const;

const PLACE = "(kafka_topic, kafka_partition, kafka_offset, kafka_line)";

/** Reads dead letters, each in its latest state. Which ones is decided by narrow columns; only their own texts are read. */
export async function readLetters(reader: Reader, query: LettersQuery): Promise<DeadLetter[]> {
  const { sql, params, order, limit, rawBytes } = query;
  const raw = rawBytes === undefined ? "raw_message" : "substring(raw_message, 1, {rawBytes:UInt32})";
  const rows = await reader.rows<Row>(
    `SELECT kafka_topic AS topic, kafka_partition AS partition, toString(kafka_offset) AS offset, kafka_line AS line,
            kafka_lines AS lines, ${ISO("ingest_time")} AS at, error, base64Encode(${raw}) AS raw,
            toString(length(raw_message)) AS bytes, replay_of AS replayOf, replays,
            if(replays = 0, '', ${ISO("replayed_at")}) AS replayedAt
     FROM dead_letters_all FINAL
     WHERE ${PLACE} GLOBAL IN (SELECT ${PLACE} FROM dead_letters_all FINAL WHERE ${sql} ORDER BY ${ORDER[order]} LIMIT {limit:UInt32})
     ORDER BY ${ORDER[order]}`,
    { ...params, limit, ...(rawBytes !== undefined && { rawBytes }) },
  );
  return rows.map(({ topic, partition, offset, line, ...row }) => ({
    ...row,
    place: { topic, partition, offset: BigInt(offset), line },
    raw: Buffer.from(row.raw, "base64"),
    bytes: Number(row.bytes),
    replayedAt: row.replayedAt === "" ? undefined : row.replayedAt,
  }));
}

/** How many dead letters a condition is true for. */
export async function countLetters(reader: Reader, { sql, params }: Condition): Promise<number> {
  const [row] = await reader.rows<{ count: string }>(
    `SELECT toString(count()) AS count FROM dead_letters_all FINAL WHERE ${sql}`,
    params,
  );
  return Number(row?.count ?? 0);
}

/** How many dead letters there are of each cause, most first. */
export async function countCauses(
  reader: Reader,
  { sql, params }: Condition,
): Promise<{ cause: string; count: number }[]> {
  const rows = await reader.rows<{ shared: string; count: string }>(
    `SELECT extract(error, {pattern:String}) AS shared, toString(count()) AS count
     FROM dead_letters_all FINAL WHERE ${sql} GROUP BY shared ORDER BY count() DESC, shared`,
    { ...params, pattern: CAUSE },
  );
  return rows.map(({ shared, count }) => ({ cause: causeName(shared), count: Number(count) }));
}

/** The condition of being one of these. Pure. */
export const anyOf = (places: readonly Place[]): Condition => ({
  sql: `${PLACE} IN {places:Array(Tuple(String, UInt32, UInt64, UInt32))}`,
  params: {
    places: places.map(
      ({ topic, partition, offset, line }) => new TupleParam([topic, partition, offset, line]),
    ),
  },
});

/** The condition of coming after a place in the order of places. Pure. */
export const after = ({ topic, partition, offset, line }: Place): Condition => ({
  sql: `${PLACE} > ({topic:String}, {afterPartition:UInt32}, {offset:UInt64}, {line:UInt32})`,
  params: { topic, afterPartition: partition, offset: String(offset), line },
});

/** The condition of coming after a dead letter where the newest comes first. Pure. */
export const olderThan = ({ place, at }: Pick<DeadLetter, "place" | "at">): Condition => ({
  sql: `(ingest_time, kafka_topic, kafka_partition, kafka_offset, kafka_line)
    < (parseDateTime64BestEffort({olderThan:String}, 6, 'UTC'), {topic:String}, {beforePartition:UInt32}, {offset:UInt64}, {line:UInt32})`,
  params: {
    olderThan: at,
    topic: place.topic,
    beforePartition: place.partition,
    offset: String(place.offset),
    line: place.line,
  },
});

/** Both conditions. Pure. */
export const both = (one: Condition, other: Condition): Condition => ({
  sql: `(${one.sql}) AND (${other.sql})`,
  params: { ...one.params, ...other.params },
});
