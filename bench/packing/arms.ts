import type { Tick } from "../../services/common/src/index.ts";
import { makeFeed, microsOf } from "../../tests/support/ticks.ts";
import type { BenchCluster } from "../cluster.ts";
import { COLUMNS, rowBinary } from "./rowBinary.ts";

export type ArmName = "one a message" | "packed" | "RowBinary";

/** One way in which ticks travel. */
export interface Arm {
  readonly name: ArmName;
  readonly topic: string;
  /** Ticks of a message. */
  readonly lines: number;
  readonly encode: (ticks: readonly Tick[]) => string | Buffer;
}

/** Topic and Kafka table of the arm that the product does not have. */
export const BINARY = "ticks_binary";

const jsonLines = (ticks: readonly Tick[]): string => ticks.map((tick) => JSON.stringify(tick)).join("\n");

/** As the producer packs by default, and its opposite. */
export const ARMS: readonly Arm[] = [
  { name: "one a message", topic: "ticks", lines: 1, encode: jsonLines },
  { name: "packed", topic: "ticks", lines: 500, encode: jsonLines },
  { name: "RowBinary", topic: BINARY, lines: 500, encode: rowBinary },
];

/** What is sent at a time, with what must come out. */
export interface Run {
  /** Of this run alone. */
  readonly symbols: readonly string[];
  readonly messages: readonly (string | Buffer)[];
  readonly ticks: number;
  /** Sums over all ticks. */
  readonly seqIds: bigint;
  readonly micros: bigint;
}

const SYMBOLS = 8;

/** Each message holds ticks of one symbol. */
export function makeRun(arm: Arm, seed: number, ticks: number): Run {
  const symbols = Array.from({ length: SYMBOLS }, (_, index) => `SYM${index}R${seed}`);
  const each = Math.floor(ticks / SYMBOLS);
  const messages: (string | Buffer)[] = [];
  let [count, seqIds, micros] = [0, 0n, 0n];
  for (const symbol of symbols) {
    const feed = makeFeed({
      symbols: [symbol],
      exchange: "XNAS",
      trades: each,
      startMicros: 1_763_121_600_000_000n,
      seed,
    }).slice(0, each);
    for (let at = 0; at < feed.length; at += arm.lines)
      messages.push(arm.encode(feed.slice(at, at + arm.lines)));
    for (const { seq_id, event_time } of feed) {
      count += 1;
      seqIds += BigInt(seq_id);
      micros += BigInt(microsOf(event_time));
    }
  }
  return { symbols, messages, ticks: count, seqIds, micros };
}

/**
 * Another Kafka table on each node, which reads RowBinary and goes straight to where the product's good lines go. Nothing
 * is validated there, which the product would have to do: what this arm reaches is the most that the format can give.
 */
export async function createBinaryTables({ clients }: BenchCluster, bootstrap: string): Promise<void> {
  for (const client of clients) {
    await client.command({
      query: `CREATE TABLE ${BINARY} (${COLUMNS}) ENGINE = Kafka SETTINGS kafka_broker_list = '${bootstrap}',
        kafka_topic_list = '${BINARY}', kafka_group_name = '${BINARY}', kafka_format = 'RowBinary', kafka_num_consumers = 2,
        kafka_thread_per_consumer = 0, kafka_max_block_size = 65536, kafka_flush_interval_ms = 200, kafka_poll_timeout_ms = 100`,
    });
    await client.command({
      query: `CREATE MATERIALIZED VIEW ${BINARY}_mv TO ticks_buffer AS
        SELECT *, now64(6, 'UTC') AS ingest_time, _topic AS kafka_topic, toUInt32(_partition) AS kafka_partition,
          _offset AS kafka_offset, '' AS replay_of
        FROM ${BINARY}`,
    });
  }
}
