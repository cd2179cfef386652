import { createBarsParams, fastBars, slowBars } from "../services/api/src/queries/bars.ts";
import { finalCount, rawCount } from "../services/api/src/queries/dedup.ts";
import { ask } from "./ask.ts";
import { type Benchmark, type Figure, figureOf, type Size } from "./benchmark.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";
import { BASELINE, TICK } from "./layouts.ts";

interface Amount {
  readonly ticks: readonly number[];
  readonly rounds: number;
}
const AMOUNTS: Readonly<Record<Size, Amount>> = {
  full: { ticks: [1_000_000, 6_000_000], rounds: 9 },
  short: { ticks: [100_000], rounds: 1 },
};
const SYMBOLS = 10;
const BLOCK = 500_000;
const params = createBarsParams({ symbol: "SYM3", limit: 100 });

/** The four questions of the layout that this warehouse grew out of, as that layout and this one answer them. */
const QUESTIONS = {
  fast: [
    `SELECT minute, argMinMerge(open), maxMerge(high), minMerge(low), argMaxMerge(close), sumMerge(volume), sumMerge(notional) / sumMerge(volume)
     FROM baseline_bars WHERE symbol = {symbol:String} GROUP BY minute ORDER BY minute DESC LIMIT {limit:UInt32}`,
    fastBars.sql,
  ],
  slow: [
    `SELECT toStartOfMinute(event_time) AS minute, argMin(price, event_time), max(price), min(price), argMax(price, event_time), sum(size), sum(price * size) / sum(size)
     FROM baseline_ticks WHERE symbol = {symbol:String} AND event_type = 'trade' GROUP BY minute ORDER BY minute DESC LIMIT {limit:UInt32}`,
    slowBars.sql,
  ],
  "count without FINAL": [
    "SELECT count() AS count FROM baseline_dedup WHERE symbol = {symbol:String}",
    rawCount.sql,
  ],
  "count with FINAL": [
    "SELECT count() AS count FROM baseline_dedup FINAL WHERE symbol = {symbol:String}",
    finalCount.sql,
  ],
} as const satisfies Readonly<Record<string, readonly [baseline: string, ours: string]>>;

/** Both layouts with the same ticks, asked in turns. Ours answers from the cluster, exactly; `slow` is exact only there. */
export const baseline: Benchmark = {
  name: "baseline",
  description: "bars and counts of one symbol of ten, as the layout that this one grew out of answers them",
  async run(progress, size) {
    const { ticks: sizes, rounds } = AMOUNTS[size];
    const figures: Figure[] = [];
    for (const ticks of sizes) {
      const bench = await startBenchCluster({ shards: 1 });
      try {
        progress(`inserting ${ticks.toExponential()} ticks into both layouts`);
        await fill(bench, ticks);
        for (const [question, sides] of Object.entries(QUESTIONS)) {
          const [theirs, ours] = await inTurns(bench, sides, rounds);
          const of = `${question}, ${ticks.toExponential()} ticks`;
          figures.push(
            figureOf(`baseline, ${of}`, theirs, "ms"),
            figureOf(`tickhouse, ${of}`, ours, "ms"),
            figureOf(
              `baseline / tickhouse, ${of}`,
              theirs.map((ms, round) => ms / (ours[round] ?? Number.NaN)),
              "ratio",
            ),
          );
        }
      } finally {
        await bench.stop();
      }
    }
    return figures;
  },
};

async function inTurns(
  bench: BenchCluster,
  [baselineSql, ours]: readonly [string, string],
  rounds: number,
): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round += 1) {
    const first = await ask(bench, baselineSql, params);
    const second = await ask(bench, ours, params);
    const rows = [first, second].map(({ text }) => text.trim().split("\n").length);
    if (rows[0] !== rows[1]) throw new Error(`the layouts answer with ${rows.join(" and ")} rows`);
    if (round === 0) continue;
    times[0].push(first.ms);
    times[1].push(second.ms);
  }
  return times;
}

async function fill(bench: BenchCluster, ticks: number): Promise<void> {
  await bench.run(
    `CREATE TABLE baseline_ticks (${BASELINE.columns}) ENGINE = MergeTree ${BASELINE.rawOrder}`,
  );
  await bench.run(
    `CREATE TABLE baseline_dedup (${BASELINE.dedupColumns}) ENGINE = ReplacingMergeTree(source_version) ${BASELINE.dedupOrder}`,
  );
  await bench.run(
    `CREATE TABLE baseline_bars (symbol LowCardinality(String), minute DateTime('UTC'),
       open AggregateFunction(argMin, Float64, DateTime64(6, 'UTC')), high AggregateFunction(max, Float64),
       low AggregateFunction(min, Float64), close AggregateFunction(argMax, Float64, DateTime64(6, 'UTC')),
       volume AggregateFunction(sum, UInt32), notional AggregateFunction(sum, Float64))
     ENGINE = AggregatingMergeTree PARTITION BY toYYYYMM(minute) ORDER BY (symbol, minute)`,
  );
  await bench.run(
    `CREATE MATERIALIZED VIEW baseline_bars_mv TO baseline_bars AS
     SELECT symbol, toStartOfMinute(event_time) AS minute, argMinState(price, event_time) AS open, maxState(price) AS high,
       minState(price) AS low, argMaxState(price, event_time) AS close, sumState(size) AS volume, sumState(price * size) AS notional
     FROM baseline_ticks WHERE event_type = 'trade' GROUP BY symbol, minute`,
  );
  await bench.run(
    `CREATE MATERIALIZED VIEW baseline_dedup_mv TO baseline_dedup AS SELECT ${TICK} FROM baseline_ticks`,
  );
  for (let from = 0; from < ticks; from += BLOCK)
    for (const table of ["baseline_ticks", "ticks_all"])
      await bench.run(`INSERT INTO ${table} (${TICK}) ${TICKS}`, {
        from,
        count: Math.min(BLOCK, ticks - from),
      });
}

/** Ten ticks a second, of the symbols in turns. */
const TICKS = `
SELECT 'XNAS', concat('SYM', toString(number % ${SYMBOLS})), toDateTime64('2025-11-03 00:00:00', 6, 'UTC') + number * 0.1,
  number, 'trade', 100 + cityHash64(number, 1) % 1000 / 100, 1 + cityHash64(number, 2) % 500, 'buy', 1
FROM numbers({from:UInt64}, {count:UInt64})`;
