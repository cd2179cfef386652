import type { NodeSession } from "../../infra/clickhouse/connection.ts";
import { anyOf } from "./letters.ts";
import type { Place } from "./place.ts";

/**
 * Notes that dead letters were sent again: each gets a row that takes its place, all but the note as it was. Every
 * shard writes the rows of its own, so that a note meets its letter wherever that was stored: one that came before
 * they were sharded by partition is on another shard than one that comes now.
 */
export async function noteReplays(node: NodeSession, places: readonly Place[]): Promise<void> {
  const { sql, params } = anyOf(places);
  await node.run(
    `INSERT INTO dead_letters_all
       (kafka_topic, kafka_partition, kafka_offset, kafka_line, kafka_lines, ingest_time, error, raw_message, replay_of, replays, replayed_at)
     SELECT kafka_topic, kafka_partition, kafka_offset, kafka_line, kafka_lines, ingest_time, error, raw_message, replay_of,
            replays + 1, now64(6, 'UTC')
     FROM dead_letters_all FINAL WHERE ${sql} SETTINGS parallel_distributed_insert_select = 2, distributed_foreground_insert = 1`,
    params,
  );
}
