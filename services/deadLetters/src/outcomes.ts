import type { Condition } from "./filter.ts";
import type { Place } from "./place.ts";
import type { Reader } from "./session.ts";

/** What a replay became: a tick, or a dead letter again. */
export type Outcome =
  | {
      readonly kind: "stored";
      readonly place: Place;
      /** When the warehouse read it. */
      readonly at: string;
      /** `XNAS AAPL trade 123 at 2025-11-14T19:25:17.123456Z` */
      readonly tick: string;
      readonly price: number;
      readonly size: number;
      readonly side: string;
      readonly version: number;
      /** Whether the deduplicated history has this one, or a later version of the same tick. */
      readonly stands: boolean;
    }
  | { readonly kind: "dead letter"; readonly place: Place; readonly at: string; readonly error: string };

interface Row {
  of: string;
  topic: string;
  partition: number;
  offset: string;
  line: number;
  at: string;
}
type TickRow = Row & {
  tick: string;
  price: number;
  size: number;
  side: string;
  version: number;
  stands: number;
};

const PLACE = `replay_of AS of, kafka_topic AS topic, kafka_partition AS partition, kafka_line AS line,
  formatDateTime(ingest_time, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS at`;
const TICK = `kafka_offset, concat(exchange, ' ', symbol, ' ', toString(event_type), ' ', toString(seq_id), ' at ',
  formatDateTime(event_time, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC')) AS tick, price, size, toString(side) AS side, source_version AS version`;

/**
 * What became of replays in the order of time, by the full ID of the dead letter: raw ticks, those of which only the
 * history is left, and dead letters.
 */
export async function readOutcomes(
  reader: Reader,
  { sql, params }: Condition,
): Promise<Map<string, Outcome[]>> {
  const ticks = await reader.rows<TickRow>(
    `SELECT of, topic, partition, toString(kafka_offset) AS offset, line, min(at) AS at, tick, price, size, side, version, max(there) AS stands
     FROM (
       SELECT ${PLACE}, ${TICK}, 0 AS there FROM ticks_all WHERE ${sql}
       UNION ALL SELECT ${PLACE}, ${TICK}, 1 AS there FROM ticks_dedup_all FINAL WHERE ${sql}
     ) GROUP BY of, topic, partition, kafka_offset, line, tick, price, size, side, version`,
    params,
  );
  const letters = await reader.rows<Row & { error: string }>(
    `SELECT ${PLACE}, toString(kafka_offset) AS offset, error FROM dead_letters_all FINAL
     WHERE ${sql}`,
    params,
  );
  const outcomes = new Map<string, Outcome[]>();
  const add = (of: string, outcome: Outcome) => outcomes.set(of, [...(outcomes.get(of) ?? []), outcome]);
  for (const { of, tick, price, size, side, version, stands, at, ...row } of ticks)
    add(of, {
      kind: "stored",
      place: placeOf(row),
      at,
      tick,
      price,
      size,
      side,
      version,
      stands: stands === 1,
    });
  for (const { of, error, at, ...row } of letters)
    add(of, { kind: "dead letter", place: placeOf(row), at, error });
  for (const found of outcomes.values()) found.sort((a, b) => (a.at < b.at ? -1 : 1));
  return outcomes;
}

const placeOf = ({ topic, partition, offset, line }: Omit<Row, "of" | "at">): Place => ({
  topic,
  partition,
  offset: BigInt(offset),
  line,
});

/** The condition of being a replay of one of these. Pure. */
export const replaysOf = (fullIds: readonly string[]): Condition => ({
  sql: "replay_of IN {of:Array(String)}",
  params: { of: fullIds },
});

/** The condition of being a replay that was sent after the topic's partitions ended there. Pure. */
export const replaysSince = (topic: string, ends: readonly bigint[]): Condition => ({
  sql: "notEmpty(replay_of) AND kafka_topic = {ofTopic:String} AND kafka_offset >= {ends:Array(UInt64)}[kafka_partition + 1]",
  params: { ofTopic: topic, ends },
});

/** The condition of not having been sent after that. Pure. */
export const sentBefore = (topic: string, ends: readonly bigint[]): Condition => ({
  sql: "(kafka_topic != {ofTopic:String} OR kafka_offset < {ends:Array(UInt64)}[kafka_partition + 1])",
  params: { ofTopic: topic, ends },
});
