import { barChanges } from "../../services/api/src/queries/streamBars.ts";
import { newTicks } from "../../services/api/src/queries/streamTicks.ts";
import { type Benchmark, type Figure, figureOf, median, type Size } from "../benchmark.ts";
import { type BenchCluster, startBenchCluster } from "../cluster.ts";

interface Amount {
  readonly ticks: number;
  readonly bars: number;
  readonly rounds: number;
}
const AMOUNTS: Readonly<Record<Size, Amount>> = {
  full: { ticks: 10_000_000, bars: 1_000_000, rounds: 15 },
  short: { ticks: 200_000, bars: 20_000, rounds: 2 },
};
const BLOCK = 500_000;
const BAR_SYMBOLS = 20;
const SYMBOLS = 100;
const PARTITIONS = 4;
/** What one poll finds. */
const NEW = 400;

interface Cost {
  readonly rows: number;
  readonly ms: number;
}

/** What one look of the live stream costs, with the indexes on a tick's place and a bar's moment and without. */
export const streamPoll: Benchmark = {
  name: "stream-poll",
  description: "one poll of the live stream over ten million ticks, with skip indexes and without",
  async run(progress, size) {
    const amount = AMOUNTS[size];
    const bench = await startBenchCluster({ shards: 1 });
    try {
      progress(`inserting ${amount.ticks} ticks and ${amount.bars} bars`);
      await fill(bench, amount);
      const figures: Figure[] = [];
      // A live poll finds its ticks in a part of their own; one that comes later, merged with all the others.
      for (const merged of [false, true]) {
        const first = amount.ticks + (merged ? NEW : 0);
        await insertTicks(bench, first, NEW);
        if (merged)
          for (const table of ["ticks_local", "bars_1m"]) await bench.run(`OPTIMIZE TABLE ${table} FINAL`);
        const costs: Record<string, Cost[]> = {};
        for (let round = 0; round < amount.rounds; round += 1)
          for (const index of [1, 0]) {
            const how = `${index === 1 ? "with" : "without"} index, ${merged ? "one merged part" : "parts as they came"}`;
            const ticks = await pollTicks(bench, first, index);
            const bars = await pollBars(bench, index, amount.bars);
            costs[`ticks, ${how}`] = [...(costs[`ticks, ${how}`] ?? []), ticks];
            costs[`bars, ${how}`] = [...(costs[`bars, ${how}`] ?? []), bars];
          }
        for (const [name, values] of Object.entries(costs)) {
          const rows = median(values.map((cost) => cost.rows));
          const ms = median(values.map((cost) => cost.ms));
          progress(`${name}: ${rows} rows read, ${ms.toFixed(1)} ms`);
          figures.push(
            { name: `${name}, read`, value: rows, unit: "rows" },
            figureOf(
              name,
              values.map((cost) => cost.ms),
              "ms",
            ),
          );
        }
      }
      return figures;
    } finally {
      await bench.stop();
    }
  },
};

async function fill(bench: BenchCluster, { ticks, bars }: Amount): Promise<void> {
  // The views behind the ticks cost time and change nothing here.
  for (const view of ["local_to_dedup_mv", "trades_1m_mv", "ticks_to_ledger_mv"])
    await bench.run(`DROP VIEW ${view} SYNC`);
  for (let at = 0; at < ticks; at += BLOCK) await insertTicks(bench, at, Math.min(BLOCK, ticks - at));
  await bench.run(
    `INSERT INTO bars_1m (symbol, minute, exchange, revision, known_at, trades)
     SELECT concat('SYM', toString(number % ${BAR_SYMBOLS})), toDateTime('2025-01-01 00:00:00', 'UTC') + intDiv(number, ${BAR_SYMBOLS}) * 60 AS at, 'XNAS', 1, at + 60, 1
     FROM numbers(${bars})`,
  );
}

/** Ticks as they come from Kafka: a symbol in one partition, offsets without a gap. */
const insertTicks = (bench: BenchCluster, from: number, count: number): Promise<void> =>
  bench.run(
    `INSERT INTO ticks_local (exchange, symbol, event_time, seq_id, event_type, price, size, source_version, ingest_time, kafka_topic, kafka_partition, kafka_offset, kafka_lines)
     SELECT 'XNAS', concat('SYM', toString(number % ${SYMBOLS})), toDateTime64('2025-11-01 00:00:00', 6, 'UTC') + number * 0.01,
       number, 'trade', 100 + number % 100, 1, 1, now64(6), 'ticks', number % ${PARTITIONS}, intDiv(number, ${PARTITIONS}), 1
     FROM numbers({from:UInt64}, {count:UInt64})`,
    { from, count },
  );

async function cost(bench: BenchCluster, sql: string, params: Record<string, unknown>, index: number) {
  const [client] = bench.clients;
  if (client === undefined) throw new Error("a cluster without a node");
  const result = await client.query({
    query: sql,
    query_params: params,
    format: "JSON",
    // The cache would answer the same question from memory; a stream asks for another place each time.
    clickhouse_settings: { use_skip_indexes: index === 1 ? 1 : 0, use_query_condition_cache: 0 },
  });
  const { data, statistics } = await result.json<Record<string, unknown>>();
  return { data, rows: statistics?.rows_read ?? Number.NaN, ms: (statistics?.elapsed ?? Number.NaN) * 1000 };
}

async function pollTicks(bench: BenchCluster, from: number, index: number): Promise<Cost> {
  const offsets = Object.fromEntries(
    Array.from({ length: PARTITIONS }, (_, partition) => [`o${partition}`, String(from / PARTITIONS)]),
  );
  const params = { topic: "ticks", symbols: ["SYM1", "SYM2", "SYM3"], settle: 10_000, ...offsets };
  const { data, ...read } = await cost(bench, newTicks(PARTITIONS, "none").sql, params, index);
  const found = data.reduce((sum, { ticks }) => sum + (ticks as unknown[]).length, 0);
  const expected = (3 * NEW) / SYMBOLS;
  if (found !== expected) throw new Error(`a poll found ${found} ticks of three symbols, not ${expected}`);
  return read;
}

async function pollBars(bench: BenchCluster, index: number, bars: number): Promise<Cost> {
  const after = String(Date.UTC(2025, 0, 1) * 1000 + (bars / BAR_SYMBOLS) * 60e6 - 10e6);
  const params = {
    symbols: ["SYM1"],
    after,
    known: after,
    symbol: "",
    minute: 0,
    exchange: "",
    limit: 2_000,
  };
  const { data, ...read } = await cost(bench, barChanges.sql, params, index);
  if (data.length !== 1) throw new Error(`a poll found ${data.length} changed bars, not 1`);
  return read;
}
