import { TupleParam } from "@clickhouse/client";
import { anyOf, type DeadLetter } from "./letters.ts";
import type { Writer } from "./session.ts";

/**
 * Notes that dead letters were sent again: each gets a row that takes its place, all but the note as it was, with one
 * replay more than it had when it was read. So it may be noted twice (after a connection that broke), and counts once.
 * Every shard writes the rows of its own, so that a note meets its letter wherever that was stored: one that came before
 * they were sharded by partition is on another shard than one that comes now.
 */
export async function noteReplays(
  writer: Writer,
  letters: readonly Pick<DeadLetter, "place" | "replays">[],
): Promise<void> {
  const { sql, params } = anyOf(letters.map(({ place }) => place));
  const known = letters.map(
    ({ place: { topic, partition, offset, line }, replays }) =>
      new TupleParam([topic, partition, offset, line, replays]),
  );
  await writer.run(
    `INSERT INTO dead_letters_all
       (kafka_topic, kafka_partition, kafka_offset, kafka_line, kafka_lines, ingest_time, error, raw_message, replay_of, replays, replayed_at)
     SELECT kafka_topic, kafka_partition, kafka_offset, kafka_line, kafka_lines, ingest_time, error, raw_message, replay_of,
            replays + 1, now64(6, 'UTC')
     FROM dead_letters_all FINAL
     WHERE ${sql}
       AND (kafka_topic, kafka_partition, kafka_offset, kafka_line, replays)
           IN {known:Array(Tuple(String, UInt32, UInt64, UInt32, UInt32))}
     SETTINGS parallel_distributed_insert_select = 2, distributed_foreground_insert = 1`,
    { ...params, known },
  );
}
