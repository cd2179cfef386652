import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tick } from "../services/common/src/index.ts";
import { hasSharedData, SHARED_DATA } from "../tests/support/sharedData.ts";
import { makeFeed, parseTicks } from "../tests/support/ticks.ts";
import type { Benchmark, Figure, Size } from "./benchmark.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";

/** Columns that tell where a tick came from; without them it would still be the tick. */
const PROVENANCE = [
  "ingest_time",
  "kafka_topic",
  "kafka_partition",
  "kafka_offset",
  "kafka_line",
  "kafka_lines",
  "replay_of",
];
const REAL = ["kraken-xbtusdt-trades.jsonl", "binance-btcusdt-trades-quotes.jsonl"];
const PARTITIONS = 4;
/** Messages of one block, as a consumer inserts them. */
const BLOCK = 5_000;

/** Bytes that provenance adds to a tick on disk, as merged parts hold it. */
export const provenance: Benchmark = {
  name: "provenance",
  description: "bytes a raw tick on disk, with and without the columns that tell where it came from",
  async run(progress, size) {
    const figures: Figure[] = [];
    for (const [name, ticks] of feeds(progress, size)) {
      for (const lines of [1, 100]) {
        const bench = await startBenchCluster({ shards: 1 });
        try {
          // Only wide parts tell the size of each column.
          for (const name of ["ticks_local", "offset_ledger"])
            await bench.run(
              `ALTER TABLE ${name} MODIFY SETTING min_bytes_for_wide_part = 0, min_rows_for_wide_part = 0`,
            );
          await ingest(bench, ticks, lines);
          for (const name of ["ticks_local", "offset_ledger"])
            await bench.run(`OPTIMIZE TABLE ${name} FINAL`);
          const bytes = await bytesATick(bench);
          const without = bytes.all - bytes.provenance;
          const of = `${name}, ${lines} line(s) a message`;
          progress(`${of}: ${without.toFixed(2)} + ${bytes.provenance.toFixed(2)} bytes`);
          figures.push(
            { name: `without provenance, ${of}`, value: without, unit: "bytes/tick" },
            { name: `with provenance, ${of}`, value: bytes.all, unit: "bytes/tick" },
            { name: `offset ledger, ${of}`, value: bytes.ledger, unit: "bytes/tick" },
          );
        } finally {
          await bench.stop();
        }
      }
    }
    return figures;
  },
};

function* feeds(progress: (line: string) => void, size: Size): Generator<readonly [string, readonly Tick[]]> {
  for (const file of size === "full" ? REAL : []) {
    if (hasSharedData(file)) yield [file, parseTicks(readFileSync(join(SHARED_DATA, file), "utf8"))];
    else progress(`LEFT OUT: ${file} is not there`);
  }
  const symbols = Array.from({ length: 20 }, (_, index) => `SYM${index}`);
  yield [
    "generated, 20 symbols",
    makeFeed({
      symbols,
      exchange: "XNAS",
      trades: size === "full" ? 20_000 : 500,
      startMicros: 1_763_121_600_000_000n,
      seed: 1,
    }).sort((a, b) => (a.event_time < b.event_time ? -1 : 1)),
  ];
}

/** Puts ticks in as consumers do: a symbol in one partition, offsets that rise. */
async function ingest(
  { clients: [client] }: BenchCluster,
  ticks: readonly Tick[],
  lines: number,
): Promise<void> {
  const partitions = new Map<string, number>();
  const offsets = new Map<number, number>();
  const waiting = new Map<string, string[]>();
  const messages: { message: string; kafka_topic: string; kafka_partition: number; kafka_offset: number }[] =
    [];
  const send = (symbol: string) => {
    const texts = waiting.get(symbol) ?? [];
    if (texts.length === 0) return;
    const partition = partitions.get(symbol) ?? partitions.size % PARTITIONS;
    partitions.set(symbol, partition);
    const offset = offsets.get(partition) ?? 0;
    offsets.set(partition, offset + 1);
    messages.push({
      message: texts.join("\n"),
      kafka_topic: "ticks",
      kafka_partition: partition,
      kafka_offset: offset,
    });
    waiting.set(symbol, []);
  };
  for (const tick of ticks) {
    const texts = waiting.get(tick.symbol) ?? [];
    texts.push(JSON.stringify(tick));
    waiting.set(tick.symbol, texts);
    if (texts.length === lines) send(tick.symbol);
  }
  for (const symbol of waiting.keys()) send(symbol);
  for (let at = 0; at < messages.length; at += BLOCK)
    await client?.insert({
      table: "ticks_messages",
      values: messages.slice(at, at + BLOCK),
      format: "JSONEachRow",
    });
}

async function bytesATick(bench: BenchCluster) {
  const [row] = await bench.rows<{ ticks: string; all: string; provenance: string; ledger: string }>(
    `SELECT
       (SELECT toString(count()) FROM ticks_local) AS ticks,
       toString(sumIf(column_data_compressed_bytes, table = 'ticks_local')) AS all,
       toString(sumIf(column_data_compressed_bytes, table = 'ticks_local' AND column IN {columns:Array(String)})) AS provenance,
       toString(sumIf(column_data_compressed_bytes, table = 'offset_ledger')) AS ledger
     FROM system.parts_columns WHERE active AND database = currentDatabase()`,
    { columns: PROVENANCE },
  );
  const each = (bytes: string | undefined): number => Number(bytes) / Number(row?.ticks);
  return { all: each(row?.all), provenance: each(row?.provenance), ledger: each(row?.ledger) };
}
