import { createBarsParams, fastBars, slowBars } from "../services/api/src/queries/bars.ts";
import { type Answer, ask } from "./ask.ts";
import { type Benchmark, type Figure, figureOf, median, type Size } from "./benchmark.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";

interface Amount {
  readonly ticks: number;
  readonly rounds: number;
  /** Fast questions of a round while ticks come in, and again while none does. */
  readonly questions: number;
}
const AMOUNTS: Readonly<Record<Size, Amount>> = {
  full: { ticks: 10_000_000, rounds: 7, questions: 40 },
  short: { ticks: 200_000, rounds: 1, questions: 3 },
};
const DAYS = 20;
/** Of a trading day. */
const SECONDS = 390 * 60;
/** Trades of one block while ticks come in; a block follows the other without a pause. */
const ARRIVING = 100;
const SYMBOL = "AAPL";
const BARS = 100;

/** What the provisional path was before: every minute of the symbol read and merged for the last hundred. */
const MERGE_ALL = fastBars.sql.replace(/\s+AND b\.minute >= \(\s+SELECT[\s\S]+?\) AS m\)/, "");

/** One round's medians. */
interface Round {
  readonly slow: Answer;
  readonly fast: Answer;
  readonly mergeAll: Answer;
  readonly whileIngesting: number;
}

/** `/backtest/fast` against `/backtest/slow`, as their queries run; the fast one while ticks come in, too. */
export const fastQuery: Benchmark = {
  name: "fast",
  description: `${BARS} bars of a symbol of ${DAYS} trading days, from states and from ticks`,
  async run(progress, size) {
    if (MERGE_ALL === fastBars.sql)
      throw new Error("the fast query has another form than this bench expects");
    const amount = AMOUNTS[size];
    const bench = await startBenchCluster({ shards: 2 });
    try {
      progress(`inserting ${amount.ticks.toExponential()} ticks`);
      await insertHistory(bench, amount.ticks);
      const rounds: Round[] = [];
      let arrived = 0;
      for (let round = 1; round <= amount.rounds; round += 1) {
        let asking = true;
        const ingest = (async () => {
          for (; asking; arrived += 1) await insertNew(bench, amount.ticks, arrived);
        })();
        const meanwhile = await times(bench, fastBars.sql, amount.questions).finally(() => {
          asking = false;
        });
        await ingest;
        const slow = await barsOf(bench, slowBars.sql);
        const fast = await times(bench, fastBars.sql, amount.questions);
        const mergeAll = await times(bench, MERGE_ALL, 3);
        if (slow.text !== fast.text) throw new Error(`round ${round}: the two answers differ`);
        rounds.push({ slow, fast, mergeAll, whileIngesting: meanwhile.ms });
        progress(
          `round ${round}: slow ${slow.ms.toFixed(0)} ms, fast ${fast.ms.toFixed(1)} ms, the same to the bit; ${meanwhile.ms.toFixed(1)} ms while ticks come in`,
        );
      }
      return figuresOf(rounds);
    } finally {
      await bench.stop();
    }
  },
};

async function barsOf(bench: BenchCluster, query: string): Promise<Answer> {
  const answer = await ask(bench, query, createBarsParams({ symbol: SYMBOL, limit: BARS }));
  if (answer.text.trim().split("\n").length !== BARS) throw new Error(`not ${BARS} bars`);
  return answer;
}

/** The last answer, with the median time of all. */
async function times(bench: BenchCluster, query: string, questions: number): Promise<Answer> {
  const answers: Answer[] = [];
  for (let question = 0; question < questions; question += 1) answers.push(await barsOf(bench, query));
  const last = answers.at(-1);
  if (last === undefined) throw new Error("no question");
  return { ...last, ms: median(answers.map(({ ms }) => ms)) };
}

function figuresOf(rounds: readonly Round[]): Figure[] {
  const each = (value: (round: Round) => number) => rounds.map(value);
  return [
    figureOf(
      "slow, p50",
      each(({ slow }) => slow.ms),
      "ms",
    ),
    figureOf(
      "fast, p50",
      each(({ fast }) => fast.ms),
      "ms",
    ),
    figureOf(
      "fast, p50 while ticks come in",
      each((round) => round.whileIngesting),
      "ms",
      { atMost: 10 },
    ),
    figureOf(
      "merging every minute, p50",
      each(({ mergeAll }) => mergeAll.ms),
      "ms",
    ),
    figureOf(
      "slow, rows read",
      each(({ slow }) => slow.rowsRead),
      "rows",
    ),
    figureOf(
      "fast, rows read",
      each(({ fast }) => fast.rowsRead),
      "rows",
    ),
    figureOf(
      "time of slow / fast",
      each(({ slow, fast }) => slow.ms / fast.ms),
      "ratio",
      { atLeast: 100 },
    ),
    figureOf(
      "rows of slow / fast",
      each(({ slow, fast }) => slow.rowsRead / fast.rowsRead),
      "ratio",
      { atLeast: 1000 },
    ),
    figureOf(
      "time of merging every minute / fast",
      each(({ mergeAll, fast }) => mergeAll.ms / fast.ms),
      "ratio",
    ),
  ];
}

const COLUMNS = "(exchange, symbol, event_time, seq_id, event_type, price, size, side, source_version)";
const VALUES = "'trade', 100 + cityHash64(number) % 1000 / 100, 1 + cityHash64(number, 2) % 100, 'buy', 1";

const insertHistory = (bench: BenchCluster, ticks: number): Promise<void> =>
  bench.run(
    `INSERT INTO ticks_all ${COLUMNS}
     SELECT 'XNAS', '${SYMBOL}', toDateTime64('2025-11-03 14:30:00', 6, 'UTC') + intDiv(number, {day:UInt32}) * 86400
       + (number % {day:UInt32}) * (${SECONDS} / {day:UInt32}), number, ${VALUES}
     FROM numbers({ticks:UInt64}) SETTINGS max_insert_block_size = 500000`,
    { ticks, day: ticks / DAYS },
  );

/** A tenth of a second each, right behind the history. */
const insertNew = (bench: BenchCluster, ticks: number, index: number): Promise<void> =>
  bench.run(
    `INSERT INTO ticks_all ${COLUMNS}
     SELECT 'XNAS', '${SYMBOL}', toDateTime64('2025-11-22 21:00:00', 6, 'UTC') + {index:UInt32} / 10 + number / ${ARRIVING * 10},
       {ticks:UInt64} + {index:UInt32} * ${ARRIVING} + number, ${VALUES}
     FROM numbers(${ARRIVING})`,
    { index, ticks },
  );
