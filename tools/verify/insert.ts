import { Readable } from "node:stream";
import { ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { type Connection, tlsOf } from "../../infra/clickhouse/connection.ts";
import { count, type Ranges } from "../../services/audit/src/index.ts";
import { encodeRow, MESSAGE_COLUMNS, type MessageRow } from "./rowBinary.ts";

/** Long enough for the lines of a few megabytes to reach every shard. */
const INSERT_TIMEOUT_MS = 120_000;
/** Empty offsets of one statement. */
const OFFSETS_A_STATEMENT = 10_000;

/** Writes what the audit found back to one node. */
export interface Writer {
  /** Lets messages enter as Kafka's do: each line is read anew, and stored or kept as a dead letter. */
  messages(rows: readonly MessageRow[]): Promise<void>;
  /** Notes offsets at which Kafka has nothing to store. */
  empty(topic: string, partition: number, offsets: Ranges): Promise<void>;
  close(): Promise<void>;
}

export function openWriter(connection: Connection): Writer {
  const { url, username, password, database } = connection;
  const client = createClient({
    url,
    username,
    password,
    database,
    application: "tickhouse-verify",
    request_timeout: INSERT_TIMEOUT_MS,
    ...tlsOf(connection),
    log: { level: ClickHouseLogLevel.OFF },
    // A block that is inserted again because the first one is gone would look like a repetition to a replicated table.
    clickhouse_settings: { insert_deduplicate: 0, async_insert: 0 },
  });
  return {
    async messages(rows) {
      if (rows.length === 0) return;
      const { stream } = await client.exec({
        query: `INSERT INTO ticks_messages (${MESSAGE_COLUMNS}) FORMAT RowBinary`,
        values: Readable.from(rows.map(encodeRow), { objectMode: false }),
      });
      for await (const _ of stream);
    },
    async empty(topic, partition, ranges) {
      if (count(ranges) === 0n) return;
      for (const { from, to } of ranges)
        for (let at = from; at < to; at += BigInt(OFFSETS_A_STATEMENT)) {
          const rows = Math.min(OFFSETS_A_STATEMENT, Number(to - at));
          await client.command({
            query: `INSERT INTO empty_offsets_all (kafka_topic, kafka_partition, kafka_offset, found_at)
SELECT {topic:String}, {partition:UInt32}, {from:UInt64} + number, now64(3) FROM numbers({rows:UInt64})`,
            query_params: { topic, partition, from: String(at), rows },
          });
        }
    },
    close: () => client.close(),
  };
}
