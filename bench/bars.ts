import { recomputeShard } from "../services/bars/src/recompute.ts";
import { exactDecimal } from "../services/common/src/index.ts";
import { type Benchmark, type Figure, figureOf, type Size, timed } from "./benchmark.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";

const SYMBOLS = 20;

interface Day {
  readonly minutes: number;
  readonly tradesAMinute: number;
  readonly rounds: number;
}
const DAYS: Readonly<Record<Size, Day>> = {
  full: { minutes: 390, tradesAMinute: 500, rounds: 5 },
  short: { minutes: 60, tradesAMinute: 20, rounds: 1 },
};

const COLUMNS = `
  argMin(price, (event_time, seq_id)) AS open, max(price) AS high, min(price) AS low,
  argMax(price, (event_time, seq_id)) AS close, sum(${exactDecimal("size")}) AS volume,
  sum(${exactDecimal("price * size")}) AS notional, count() AS trades`;

const FULL = `SELECT symbol, toStartOfMinute(event_time) AS minute, ${COLUMNS}
  FROM ticks_dedup FINAL WHERE event_type = 'trade' AND size > 0 GROUP BY symbol, minute`;

/** The ways to keep bars exact when duplicates and corrections come in, over one trading day of 20 symbols. */
export const bars: Benchmark = {
  name: "bars",
  description: "keeping exact bars: a refreshable view, projections over FINAL, and the incremental job",
  async run(progress, size) {
    const day = DAYS[size];
    const bench = await startBenchCluster({ shards: 1 });
    try {
      await bench.run(
        "CREATE TABLE refreshed ENGINE = MergeTree ORDER BY (symbol, minute) AS SELECT * FROM (" +
          FULL +
          ") LIMIT 0",
      );
      progress(`inserting ${tradesOf(day)} trades`);
      await insertDay(bench, day);
      const [client] = bench.clients;
      if (client === undefined) throw new Error("a cluster without a node");
      const job = () => recomputeShard(client, { since: 0, fresh: false });
      const figures: Figure[] = [
        { name: "incremental job, the whole day", value: await timed(job), unit: "ms" },
      ];

      const times: Record<string, number[]> = {};
      const note = (name: string, ms: number) => {
        times[name] = [...(times[name] ?? []), ms];
        progress(`${name}: ${ms.toFixed(0)} ms`);
      };
      for (let round = 1; round <= day.rounds; round += 1) {
        for (const changed of [1, SYMBOLS, SYMBOLS * 50]) {
          await correct(bench, day, changed, round + 1);
          note(`incremental job, ${changed} minute(s) changed`, await timed(job));
        }
        note("refreshable view, each refresh", await timed(() => refresh(bench)));
        note("FINAL at the question, one symbol's day", await timed(() => ask(bench, "FINAL")));
        note("exact bars, one symbol's day", await timed(() => ask(bench, "bars")));
      }
      note("projection over FINAL, used", (await projectionIsUsed(bench)) ? 1 : 0);
      await compare(bench, day);
      for (const [name, values] of Object.entries(times))
        figures.push(figureOf(name, values, name.startsWith("projection") ? "yes = 1" : "ms"));
      return figures;
    } finally {
      await bench.stop();
    }
  },
};

const tradesOf = ({ minutes, tradesAMinute }: Day): number => SYMBOLS * minutes * tradesAMinute;

const trade = ({ tradesAMinute }: Day): string => `
  'XNAS' AS exchange, concat('SYM', toString(number % ${SYMBOLS})) AS symbol,
  toDateTime64('2025-11-14 14:30:00', 6, 'UTC') + intDiv(number, ${SYMBOLS}) * ${60 / tradesAMinute} AS event_time,
  intDiv(number, ${SYMBOLS}) AS seq_id, 'trade' AS event_type, 100 + cityHash64(number, 1) % 1000 / 100 AS price,
  1 + cityHash64(number, 2) % 100 AS size, if(number % 2, 'buy', 'sell') AS side`;

const insertDay = (bench: BenchCluster, day: Day): Promise<void> =>
  bench.run(
    `INSERT INTO ticks_local (exchange, symbol, event_time, seq_id, event_type, price, size, side, source_version)
     SELECT ${trade(day)}, 1 FROM numbers(${tradesOf(day)}) SETTINGS max_insert_block_size = 200000`,
  );

/** Corrects one trade in each of some minutes. */
const correct = (bench: BenchCluster, day: Day, minutes: number, version: number): Promise<void> =>
  bench.run(
    `INSERT INTO ticks_local (exchange, symbol, event_time, seq_id, event_type, price, size, side, source_version)
     SELECT exchange, symbol, event_time, seq_id, event_type, price + 0.01 * {version:UInt32}, size, side, {version:UInt32}
     FROM (SELECT ${trade(day)} FROM numbers(${tradesOf(day)}) WHERE intDiv(number, ${SYMBOLS}) % ${day.tradesAMinute} = 0 LIMIT {minutes:UInt32})`,
    { minutes, version },
  );

/** What a refreshable view does: everything anew, then an exchange of tables. */
async function refresh(bench: BenchCluster): Promise<void> {
  await bench.run("CREATE TABLE fresh AS refreshed");
  await bench.run(`INSERT INTO fresh ${FULL}`);
  await bench.run("EXCHANGE TABLES fresh AND refreshed");
  await bench.run("DROP TABLE fresh SYNC");
}

const ask = (bench: BenchCluster, how: "FINAL" | "bars"): Promise<unknown> =>
  bench.rows(
    how === "FINAL"
      ? `SELECT * FROM (${FULL.replace("WHERE", "WHERE symbol = 'SYM7' AND")}) ORDER BY minute`
      : `SELECT minute, argMax((open, high, low, close, volume, notional, trades), revision) FROM bars_1m
         WHERE symbol = 'SYM7' GROUP BY minute ORDER BY minute`,
  );

/** A projection holds states of parts, and can't know which of their rows another part replaces. */
async function projectionIsUsed(bench: BenchCluster): Promise<boolean> {
  await bench.run("CREATE TABLE projected AS ticks_dedup");
  await bench.run("ALTER TABLE projected MODIFY SETTING deduplicate_merge_projection_mode = 'rebuild'");
  await bench.run(
    `ALTER TABLE projected ADD PROJECTION minutes (SELECT symbol, toStartOfMinute(event_time), count(), max(price) GROUP BY symbol, toStartOfMinute(event_time))`,
  );
  await bench.run("INSERT INTO projected SELECT * FROM ticks_dedup LIMIT 1000000");
  const plan = await bench.rows<{ explain: string }>(
    "EXPLAIN SELECT symbol, toStartOfMinute(event_time) AS minute, count(), max(price) FROM projected FINAL GROUP BY symbol, minute",
  );
  return plan.some(({ explain }) => explain.includes("minutes"));
}

/** The job's bars must be those of a full computation. */
async function compare(bench: BenchCluster, { minutes }: Day): Promise<void> {
  await recomputeShard(bench.clients[0] as never, { since: 0, fresh: false });
  await refresh(bench);
  const [row] = await bench.rows<{ wrong: string; all: string }>(
    `SELECT toString(countIf(a.trades != b.trades OR a.open != b.open OR a.close != b.close OR a.high != b.high OR a.low != b.low
              OR a.volume != b.volume OR a.notional != b.notional)) AS wrong, toString(count()) AS all
     FROM refreshed AS a FULL JOIN (
       SELECT symbol, minute, argMax(bars_1m.open, revision) AS open, argMax(bars_1m.close, revision) AS close, argMax(bars_1m.high, revision) AS high,
              argMax(bars_1m.low, revision) AS low, argMax(bars_1m.volume, revision) AS volume, argMax(bars_1m.notional, revision) AS notional,
              argMax(bars_1m.trades, revision) AS trades
       FROM bars_1m GROUP BY symbol, minute) AS b USING (symbol, minute)`,
  );
  if (row?.wrong !== "0" || row.all !== String(SYMBOLS * minutes))
    throw new Error(`${row?.wrong} of ${row?.all} bars differ from a full computation`);
}
