import type { Row } from "./readTables.ts";
import { createRandom } from "./ticks.ts";

/** A row of `ticks_all` as the answers tell it. */
export interface RawTick extends Row {
  readonly exchange: string;
  readonly eventTime: bigint;
  readonly seqId: bigint;
  readonly eventType: "trade" | "quote" | "book";
  readonly price: number;
  readonly size: number;
  readonly side: "unknown" | "buy" | "sell";
  readonly sourceVersion: number;
  readonly ingestTime: bigint;
  readonly kafkaPartition: number;
  readonly kafkaOffset: bigint;
  readonly kafkaLine: number;
  readonly replayOf: string;
}

/** 2025-10-31 22:00 UTC, so that a feed crosses the end of a month, where the tables' partitions end. */
const START = BigInt(Date.UTC(2025, 9, 31, 22)) * 1_000n;
const INGESTED = BigInt(Date.UTC(2025, 10, 14)) * 1_000n;
/** Above it a double no longer holds every whole number. */
const BEYOND_DOUBLES = 2n ** 53n;

/**
 * Trades, quotes and book events of two venues, several at one moment, with numbers up to 2^64 - 1, doubles that need
 * all of their digits, and texts that CSV must quote; then repetitions, corrections and busted trades among them.
 */
export function createRawTicks(count: number, seed: number): RawTick[] {
  const random = createRandom(seed);
  const rows: RawTick[] = [];
  let at = START;
  for (let index = 0; index < count; index += 1) {
    if (random() < 0.7) at += BigInt(Math.floor(random() * 6_000_000));
    const eventType = (["trade", "quote", "quote", "book"] as const)[Math.floor(random() * 4)] ?? "trade";
    const first: RawTick = {
      exchange: random() < 0.5 ? "XNAS" : "XNYS",
      eventTime: at,
      seqId: index === 0 ? 2n ** 64n - 1n : BEYOND_DOUBLES + BigInt(Math.floor(index / 2)),
      eventType,
      price: 100 + random(),
      size: random() < 0.05 && eventType === "book" ? 0 : random() * 300,
      side: random() < 0.5 ? "buy" : "sell",
      sourceVersion: 1,
      ...placeOf(rows.length),
      replayOf: random() < 0.02 ? 'ticks/0/1/0, "again"' : "",
    };
    rows.push(first);
    const next = (more: Partial<RawTick>) => rows.push({ ...first, ...placeOf(rows.length), ...more });
    if (random() < 0.1) next({});
    if (random() < 0.05) next({ sourceVersion: 3, price: first.price + 0.5 });
    if (random() < 0.05) next({ sourceVersion: 2, price: first.price - 0.5 });
    if (eventType === "trade" && random() < 0.05) next({ sourceVersion: 4, size: 0 });
  }
  return rows;
}

/** Where and when the row of a feed came: each later than the one before. */
export const placeOf = (index: number) => ({
  ingestTime: INGESTED + BigInt(index),
  kafkaPartition: 2,
  kafkaOffset: BEYOND_DOUBLES * 2n + BigInt(Math.floor(index / 3)),
  kafkaLine: index % 3,
});

/** `INSERT INTO ticks_all` of these rows. For tests: values are written into the SQL. */
export function insertRaw(symbol: string, rows: readonly RawTick[]): string {
  const values = rows.map(
    (row) =>
      `('${row.exchange}', '${symbol}', fromUnixTimestamp64Micro(${row.eventTime}, 'UTC'), ${row.seqId}, '${row.eventType}', ${row.price}, ${row.size}, '${row.side}', ${row.sourceVersion}, fromUnixTimestamp64Micro(${row.ingestTime}, 'UTC'), 'ticks', ${row.kafkaPartition}, ${row.kafkaOffset}, ${row.kafkaLine}, 3, '${row.replayOf}')`,
  );
  return `INSERT INTO ticks_all (exchange, symbol, event_time, seq_id, event_type, price, size, side, source_version, ingest_time, kafka_topic, kafka_partition, kafka_offset, kafka_line, kafka_lines, replay_of) VALUES ${values.join(", ")}`;
}
