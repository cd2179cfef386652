import { simulateTicks } from "../services/producer/src/sources/simulate.ts";
import { ask } from "./ask.ts";
import { type Benchmark, type Figure, figureOf, type Size } from "./benchmark.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";
import { BASELINE, TEXT_AND_FLOATS, TICK, TICK_NAMES, TYPED } from "./layouts.ts";

interface Amount {
  readonly ticks: number;
  /** How many days hold them, each the same with other times and numbers: no block is long enough to see two. */
  readonly days: number;
  readonly rounds: number;
}
const AMOUNTS: Readonly<Record<Size, Amount>> = {
  full: { ticks: 1_000_000, days: 10, rounds: 9 },
  short: { ticks: 20_000, days: 1, rounds: 1 },
};
const BLOCK = 20_000;

/** Names of the tables, and how a report calls them. */
const ARMS = {
  ticks_local: "tickhouse",
  text_and_floats: "String/Float64/LZ4",
  typed: "typed, LZ4",
  baseline: "baseline codecs",
} as const;
type Arm = keyof typeof ARMS;
const OTHERS = ["text_and_floats", "typed", "baseline"] as const;
const BYTES_GOALS: Partial<Record<Arm, number>> = { text_and_floats: 0.25, baseline: 0.5 };

/** A day's vwap of every symbol, and the volume and highest price of one. */
const SCANS: Readonly<Record<string, (table: Arm) => string>> = {
  "vwap of every symbol": (table) =>
    `SELECT symbol, sum(price * size) / sum(size), count() FROM ${table} WHERE event_type = 'trade' GROUP BY symbol ORDER BY symbol`,
  "volume by side of one symbol": (table) =>
    `SELECT toString(side) AS by, sum(size), max(price) FROM ${table} WHERE symbol = 'NVDA' GROUP BY by ORDER BY by`,
};

/** What a tick takes on disk, and how long scans of it are, against tables that a user might have instead. */
export const storage: Benchmark = {
  name: "storage",
  description:
    "bytes of a tick on disk and scans of it, against default types and codecs, and the baseline's",
  async run(progress, size) {
    const amount = AMOUNTS[size];
    const bench = await startBenchCluster({ shards: 1 });
    try {
      progress(
        `inserting ${amount.days} days of ${amount.ticks.toExponential()} simulated ticks into four tables`,
      );
      await fill(bench, amount);
      return [
        ...(await bytesOf(bench, amount, progress)),
        ...(await scansOf(bench, amount.rounds, progress)),
      ];
    } finally {
      await bench.stop();
    }
  },
};

async function fill(bench: BenchCluster, { ticks, days }: Amount): Promise<void> {
  // Only wide parts tell the size of each column; the views behind cost time and change nothing here.
  const wide = "min_bytes_for_wide_part = 0, min_rows_for_wide_part = 0";
  await bench.run(`ALTER TABLE ticks_local MODIFY SETTING ${wide}`);
  for (const view of ["local_to_dedup_mv", "trades_1m_mv", "ticks_to_ledger_mv"])
    await bench.run(`DROP VIEW ${view} SYNC`);
  await bench.run(`CREATE TABLE one_day (${TYPED.columns}) ENGINE = MergeTree ORDER BY tuple()`);
  await bench.run(`CREATE TABLE typed (${TYPED.columns}) ENGINE = MergeTree ${TYPED.order} SETTINGS ${wide}`);
  await bench.run(
    `CREATE TABLE text_and_floats (${TEXT_AND_FLOATS.columns}) ENGINE = MergeTree ${TEXT_AND_FLOATS.order} SETTINGS ${wide}`,
  );
  await bench.run(
    `CREATE TABLE baseline (${BASELINE.columns}) ENGINE = MergeTree ${BASELINE.rawOrder} SETTINGS ${wide}`,
  );
  await insertSimulated(bench, ticks);
  const text = "concat(replaceOne(toString(event_time), ' ', 'T'), 'Z') AS event_time";
  for (let day = 0; day < days; day += 1) {
    const shifted = `SELECT * REPLACE (event_time + toIntervalDay({day:UInt32}) AS event_time, seq_id + {day:UInt32} * 1000000 AS seq_id) FROM one_day`;
    for (const arm of ["ticks_local", "typed", "baseline"])
      await bench.run(`INSERT INTO ${arm} (${TICK}) ${shifted}`, { day });
    await bench.run(`INSERT INTO text_and_floats (${TICK}) SELECT * REPLACE (${text}) FROM (${shifted})`, {
      day,
    });
  }
  for (const arm of Object.keys(ARMS)) await bench.run(`OPTIMIZE TABLE ${arm} FINAL`);
}

/** The producer's own simulated feed, with its defaults. */
async function insertSimulated({ clients: [client] }: BenchCluster, count: number): Promise<void> {
  let values: unknown[] = [];
  const send = async () => {
    await client?.insert({
      table: "one_day",
      values,
      format: "JSONEachRow",
      clickhouse_settings: { date_time_input_format: "best_effort" },
    });
    values = [];
  };
  for (const { tick } of simulateTicks({ ...SIMULATED, count })) {
    values.push(tick);
    if (values.length === BLOCK) await send();
  }
  if (values.length > 0) await send();
}

const SIMULATED = {
  ...{ symbols: ["AAPL", "MSFT", "NVDA", "AMZN", "TSLA"], exchange: "XNAS", seed: 7 },
  ...{ startMicros: 1_762_171_200_000_000n, clockRate: 200, quotes: 30, corrections: 1, busts: 0.1 },
  ...{ duplicates: 1, late: 1, lateBySeconds: 5, maxMove: 3, maxSizeSteps: 500 },
  ...{ priceGrid: { step: 0.01, decimals: 2 }, sizeGrid: { step: 1, decimals: 0 } },
};

async function bytesOf(
  bench: BenchCluster,
  { ticks, days }: Amount,
  progress: (line: string) => void,
): Promise<Figure[]> {
  const rows = await bench.rows<{ table: Arm; bytes: string }>(
    `SELECT table, toString(sum(column_data_compressed_bytes)) AS bytes FROM system.parts_columns
     WHERE active AND database = currentDatabase() AND table IN {arms:Array(String)} AND column IN {columns:Array(String)}
     GROUP BY table`,
    { arms: Object.keys(ARMS), columns: TICK_NAMES },
  );
  const each = (arm: Arm) => Number(rows.find(({ table }) => table === arm)?.bytes) / (ticks * days);
  for (const [arm, name] of Object.entries(ARMS))
    progress(`${name}: ${each(arm as Arm).toFixed(2)} bytes a tick`);
  return [
    ...(Object.keys(ARMS) as Arm[]).map((arm) => ({
      name: `a tick's nine columns, ${ARMS[arm]}`,
      value: each(arm),
      unit: "bytes/tick",
    })),
    ...OTHERS.map((arm): Figure => {
      const goal = BYTES_GOALS[arm];
      return {
        name: `bytes against ${ARMS[arm]}`,
        value: each("ticks_local") / each(arm),
        unit: "ratio",
        ...(goal !== undefined && { goal: { atMost: goal } }),
      };
    }),
  ];
}

async function scansOf(
  bench: BenchCluster,
  rounds: number,
  progress: (line: string) => void,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [scan, sql] of Object.entries(SCANS)) {
    const times: Record<Arm, number[]> = { ticks_local: [], text_and_floats: [], typed: [], baseline: [] };
    // The first round brings everything into memory, and is left out.
    for (let round = 0; round <= rounds; round += 1)
      for (const arm of Object.keys(ARMS) as Arm[]) {
        const { ms } = await ask(bench, sql(arm));
        if (round > 0) times[arm].push(ms);
      }
    for (const arm of Object.keys(ARMS) as Arm[])
      figures.push(figureOf(`${scan}, ${ARMS[arm]}`, times[arm], "ms"));
    for (const arm of OTHERS) {
      const ratios = times.ticks_local.map((ms, round) => ms / (times[arm][round] ?? Number.NaN));
      // A typed table without codecs is what a scan in memory can't be quicker than: it informs.
      const goal = arm === "typed" ? undefined : { atMost: 1 };
      figures.push(figureOf(`${scan}, time against ${ARMS[arm]}`, ratios, "ratio", goal));
    }
    progress(`${scan}: done`);
  }
  return figures;
}
