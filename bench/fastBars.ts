import { createBarsParams, fastBars, slowBars } from "../services/api/src/queries/bars.ts";
import { type Benchmark, type Figure, median } from "./benchmark.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";

const TICKS = 10_000_000;
const DAYS = 20;
/** Of a trading day. */
const SECONDS = 390 * 60;
const ROUNDS = 5;
/** Fast questions of each round, for one slow one. */
const QUESTIONS = 40;
/** Trades that are inserted before each fast question, so that there are always parts which are not merged yet. */
const ARRIVING = 100;
const SYMBOL = "AAPL";
const BARS = 100;

/** What the provisional path was before: every minute of the symbol read and merged for the last hundred. */
const MERGE_ALL = fastBars.sql.replace(/\s+AND b\.minute >= \(\s+SELECT[\s\S]+?\) AS m\)/, "");

/** `/backtest/fast` against `/backtest/slow`, as their queries run, while ticks come in. */
export const fastQuery: Benchmark = {
  name: "fast",
  description: `${BARS} bars of a symbol with ${TICKS.toExponential()} ticks over ${DAYS} trading days, from states and from ticks`,
  async run(progress) {
    if (MERGE_ALL === fastBars.sql)
      throw new Error("the fast query has another form than this bench expects");
    const bench = await startBenchCluster({ shards: 2 });
    try {
      progress(`inserting ${TICKS.toExponential()} ticks`);
      await insertHistory(bench);
      const arms: Record<"slow" | "fast" | "merging every minute", Answer[]> = {
        slow: [],
        fast: [],
        "merging every minute": [],
      };
      let arrived = 0;
      for (let round = 1; round <= ROUNDS; round += 1) {
        for (let question = 0; question < QUESTIONS; question += 1) {
          await insertNew(bench, arrived);
          arrived += 1;
          arms.fast.push(await ask(bench, fastBars.sql));
          arms["merging every minute"].push(await ask(bench, MERGE_ALL));
        }
        const slow = await ask(bench, slowBars.sql);
        const fast = await ask(bench, fastBars.sql);
        if (slow.bars !== fast.bars) throw new Error(`round ${round}: the two answers differ`);
        arms.slow.push(slow);
        arms.fast.push(fast);
        progress(
          `round ${round}: slow ${slow.ms.toFixed(0)} ms, fast ${fast.ms.toFixed(1)} ms, the same to the bit`,
        );
      }
      return figuresOf(arms);
    } finally {
      await bench.stop();
    }
  },
};

interface Answer {
  readonly ms: number;
  readonly rowsRead: number;
  /** As JSON text: doubles are written so that they are read back as the same bits. */
  readonly bars: string;
}

async function ask(bench: BenchCluster, query: string): Promise<Answer> {
  const [client] = bench.clients;
  if (client === undefined) throw new Error("a cluster without a node");
  const started = performance.now();
  const answer = await client.query({
    query,
    query_params: createBarsParams({ symbol: SYMBOL, limit: BARS }),
    format: "JSONEachRow",
  });
  const bars = await answer.text();
  const ms = performance.now() - started;
  const summary = JSON.parse(String(answer.response_headers["x-clickhouse-summary"] ?? "{}"));
  if (bars.trim().split("\n").length !== BARS) throw new Error(`not ${BARS} bars`);
  return { ms, rowsRead: Number(summary.read_rows), bars };
}

function figuresOf(arms: Readonly<Record<string, readonly Answer[]>>): Figure[] {
  const of = (name: string, what: "ms" | "rowsRead") =>
    median((arms[name] ?? []).map((answer) => answer[what]));
  const figures: Figure[] = Object.keys(arms).flatMap((name) => [
    { name: `${name}, p50`, value: of(name, "ms"), unit: "ms" },
    { name: `${name}, rows read`, value: of(name, "rowsRead"), unit: "rows" },
  ]);
  for (const other of ["slow", "merging every minute"]) {
    figures.push(
      { name: `time of ${other} / fast`, value: of(other, "ms") / of("fast", "ms"), unit: "ratio" },
      {
        name: `rows of ${other} / fast`,
        value: of(other, "rowsRead") / of("fast", "rowsRead"),
        unit: "ratio",
      },
    );
  }
  return figures;
}

const COLUMNS = "(exchange, symbol, event_time, seq_id, event_type, price, size, side, source_version)";
const VALUES = "'trade', 100 + cityHash64(number) % 1000 / 100, 1 + cityHash64(number, 2) % 100, 'buy', 1";
const PER_DAY = TICKS / DAYS;

const insertHistory = (bench: BenchCluster): Promise<void> =>
  bench.run(
    `INSERT INTO ticks_all ${COLUMNS}
     SELECT 'XNAS', '${SYMBOL}', toDateTime64('2025-11-03 14:30:00', 6, 'UTC') + intDiv(number, ${PER_DAY}) * 86400
       + (number % ${PER_DAY}) * ${SECONDS / PER_DAY}, number, ${VALUES}
     FROM numbers(${TICKS}) SETTINGS max_insert_block_size = 500000`,
  );

/** A tenth of a second each, right behind the history. */
const insertNew = (bench: BenchCluster, index: number): Promise<void> =>
  bench.run(
    `INSERT INTO ticks_all ${COLUMNS}
     SELECT 'XNAS', '${SYMBOL}', toDateTime64('2025-11-22 21:00:00', 6, 'UTC') + {index:UInt32} / 10 + number / ${ARRIVING * 10},
       ${TICKS} + {index:UInt32} * ${ARRIVING} + number, ${VALUES}
     FROM numbers(${ARRIVING})`,
    { index },
  );
