import { ask } from "./ask.ts";
import { type Benchmark, type Figure, figureOf, type Size } from "./benchmark.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";
import { BASELINE, TICK, TYPED } from "./layouts.ts";

interface Amount {
  readonly ticks: number;
  readonly block: number;
  readonly rounds: number;
}
const AMOUNTS: Readonly<Record<Size, Amount>> = {
  full: { ticks: 10_000_000, block: 500_000, rounds: 9 },
  short: { ticks: 100_000, block: 20_000, rounds: 1 },
};
const SYMBOLS = 10;
/** One in so many comes a second time, in the block after its own. */
const TWICE = 20;

const ARMS = { ticks_dedup: "tickhouse", baseline: "baseline", plain: "plain" } as const;
type Arm = keyof typeof ARMS;
const OTHERS = ["plain", "baseline"] as const;

/** The exact count of a history with duplicates, by `FINAL`, against replacing tables without our layout. */
export const dedup: Benchmark = {
  name: "dedup",
  description: `count of ticks of ${SYMBOLS} symbols, ${100 / TWICE} % of which came twice, by FINAL`,
  async run(progress, size) {
    const amount = AMOUNTS[size];
    const bench = await startBenchCluster({ shards: 1 });
    try {
      progress(`inserting ${amount.ticks.toExponential()} ticks into three tables`);
      await fill(bench, amount);
      const figures: Figure[] = [];
      for (const merged of [false, true]) {
        if (merged) for (const arm of Object.keys(ARMS)) await bench.run(`OPTIMIZE TABLE ${arm} FINAL`);
        const times: Record<Arm, number[]> = { ticks_dedup: [], baseline: [], plain: [] };
        for (let round = 0; round <= amount.rounds; round += 1)
          for (const arm of Object.keys(ARMS) as Arm[]) {
            const ms = await count(bench, arm, amount.ticks);
            if (round > 0) times[arm].push(ms);
          }
        figures.push(...figuresOf(times, merged));
        progress(merged ? "merged: done" : "parts as they came: done");
      }
      return figures;
    } finally {
      await bench.stop();
    }
  },
};

function figuresOf(times: Readonly<Record<Arm, number[]>>, merged: boolean): Figure[] {
  const how = merged ? "one part a month" : "parts as they came";
  return [
    ...(Object.keys(ARMS) as Arm[]).map((arm) => figureOf(`${ARMS[arm]}, ${how}`, times[arm], "ms")),
    ...OTHERS.map((arm) =>
      figureOf(
        `time of ${ARMS[arm]} / tickhouse, ${how}`,
        times[arm].map((ms, round) => ms / (times.ticks_dedup[round] ?? Number.NaN)),
        "ratio",
        arm === "plain" && !merged ? { atLeast: 3 } : undefined,
      ),
    ),
  ];
}

async function count(bench: BenchCluster, arm: Arm, expected: number): Promise<number> {
  const { ms, text } = await ask(
    bench,
    // As the API's profile has it: the same tick is always of the same month.
    `SELECT count() AS count FROM ${arm} FINAL ${arm === "ticks_dedup" ? "SETTINGS do_not_merge_across_partitions_select_final = 1" : ""}`,
  );
  const found = Number(JSON.parse(text).count);
  if (found !== expected) throw new Error(`${arm} counts ${found} ticks, and not ${expected}`);
  return ms;
}

async function fill(bench: BenchCluster, { ticks, block }: Amount): Promise<void> {
  await bench.run(
    `CREATE TABLE baseline (${BASELINE.dedupColumns}) ENGINE = ReplacingMergeTree(source_version) ${BASELINE.dedupOrder}`,
  );
  await bench.run(
    `CREATE TABLE plain (${TYPED.columns}) ENGINE = ReplacingMergeTree(source_version) ${TYPED.identity}`,
  );
  for (let from = 0; from <= ticks; from += block)
    for (const arm of Object.keys(ARMS))
      await bench.run(`INSERT INTO ${arm} (${TICK}) ${TICKS}`, {
        from,
        count: Math.min(block, ticks - from),
        again: Math.max(0, from - block),
        twice: from === 0 ? 0 : block / TWICE,
      });
}

/** A block of ticks of all symbols in turns, and every twentieth one of the block before. */
const TICKS = `
SELECT 'XNAS', concat('SYM', toString(n % ${SYMBOLS})),
  toDateTime64('2025-11-03 14:30:00', 6, 'UTC') + intDiv(n, ${SYMBOLS}) * 0.1 + (n % ${SYMBOLS}) * 0.01, intDiv(n, ${SYMBOLS}),
  'trade', 100 + cityHash64(n, 1) % 1000 / 100, 1 + cityHash64(n, 2) % 500, if(cityHash64(n, 3) % 2, 'buy', 'sell'), 1
FROM (
  SELECT number AS n FROM numbers({from:UInt64}, {count:UInt64})
  UNION ALL SELECT {again:UInt64} + number * ${TWICE} + number % ${SYMBOLS} AS n FROM numbers({twice:UInt64}))`;
