import { createBarsParams, fastBars } from "../services/api/src/queries/bars.ts";
import { openNode, readSummaries } from "../services/audit/src/index.ts";
import { recomputeShard } from "../services/bars/src/recompute.ts";
import { ask } from "./ask.ts";
import { type Benchmark, type Figure, figureOf, type Size, timed } from "./benchmark.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";
import { TICK } from "./layouts.ts";
import { FLAT, relativeCosts } from "./report/curvePicture.ts";

interface Amount {
  readonly ticks: readonly number[];
  readonly rounds: number;
  /** Ticks of one insert that is timed. */
  readonly block: number;
}
const AMOUNTS: Readonly<Record<Size, Amount>> = {
  full: { ticks: [1_000_000, 10_000_000, 100_000_000], rounds: 9, block: 100_000 },
  short: { ticks: [20_000, 60_000], rounds: 1, block: 5_000 },
};
const SYMBOLS = 20;
const FILL = 500_000;
const PARTITIONS = 4;
const RECENT_SECONDS = 60;
/** Ticks of one symbol in a minute. */
const A_MINUTE = 300;

type Curve = "insert" | "fast query" | "exact bars, 20 changed minutes" | "audit";
const UNITS: Readonly<Record<Curve, string>> = {
  insert: "ticks/s",
  "fast query": "ms",
  "exact bars, 20 changed minutes": "ms",
  audit: "ms",
};

/** What the same work costs when the warehouse is ten and a hundred times as full. */
export const growth: Benchmark = {
  name: "growth",
  description: "insert, fast query, exact bars and audit, at ever more ticks",
  async run(progress, size) {
    const { ticks: steps, rounds, block } = AMOUNTS[size];
    const bench = await startBenchCluster({ shards: 1 });
    try {
      const figures: Figure[] = [];
      let stored = 0;
      let version = 1;
      for (const ticks of steps) {
        progress(`filling up to ${ticks.toExponential()} ticks`);
        for (; stored < ticks; stored += Math.min(FILL, ticks - stored)) {
          await insert(bench, stored, Math.min(FILL, ticks - stored));
          // What is behind would be counted as upkeep of the minutes that are changed.
          await upkeep(bench);
        }
        const costs: Record<Curve, number[]> = {
          insert: [],
          "fast query": [],
          "exact bars, 20 changed minutes": [],
          audit: [],
        };
        for (let round = 1; round <= rounds; round += 1) {
          costs.insert.push((block / (await timed(() => insert(bench, stored, block)))) * 1000);
          stored += block;
          await upkeep(bench);
          costs["fast query"].push((await ask(bench, fastBars.sql, BARS)).ms);
          version += 1;
          await correct(bench, version);
          const changed = await timed(async () => {
            const minutes = await upkeep(bench, Date.now() / 1000 - RECENT_SECONDS);
            if (minutes !== SYMBOLS) throw new Error(`${minutes} minutes changed, and not ${SYMBOLS}`);
          });
          costs["exact bars, 20 changed minutes"].push(changed);
          costs.audit.push(await timed(() => auditOf(bench, stored)));
        }
        for (const [name, values] of Object.entries(costs))
          figures.push({
            ...figureOf(`${name}, ${ticks.toExponential()} ticks`, values, UNITS[name as Curve]),
            curve: { name, ticks },
          });
        progress(
          `${ticks.toExponential()} ticks: ${figures
            .slice(-4)
            .map(({ name, value, unit }) => `${name.split(",")[0]} ${value.toFixed(1)} ${unit}`)
            .join(", ")}`,
        );
      }
      return [...figures, ...growthOf(figures)];
    } finally {
      await bench.stop();
    }
  },
};

/** Theory says flat of all but the audit, which reads a bit of each message. */
function growthOf(figures: readonly Figure[]): Figure[] {
  return [...relativeCosts(figures)].map(([name, points]) => ({
    name: `${name}, cost at the most ticks / at the fewest`,
    value: points.at(-1)?.[1] ?? Number.NaN,
    unit: "ratio",
    ...(name !== "audit" && { goal: { atMost: FLAT } }),
  }));
}

const BARS = createBarsParams({ symbol: "SYM7", limit: 100 });

/** As the bars service does each second: of what changed lately. */
async function upkeep({ clients: [client] }: BenchCluster, since = 0): Promise<number> {
  if (client === undefined) throw new Error("a cluster without a node");
  return recomputeShard(client, { since: Math.floor(since), fresh: false });
}

async function auditOf(bench: BenchCluster, stored: number): Promise<void> {
  const [first] = bench.cluster.connections;
  if (first === undefined) throw new Error("a cluster without a node");
  const node = openNode({ name: "clickhouse-01", ...first });
  try {
    const summaries = await readSummaries(node, "ticks");
    const offsets = [...summaries.values()].flat().reduce((sum, chunk) => sum + chunk.stored, 0n);
    if (offsets !== BigInt(stored)) throw new Error(`the ledger has ${offsets} offsets of ${stored}`);
  } finally {
    await node.close();
  }
}

const PLACE = "ingest_time, kafka_topic, kafka_partition, kafka_offset, kafka_lines";
const VALUES = `
  'XNAS' AS exchange, concat('SYM', toString(number % ${SYMBOLS})) AS symbol,
  toDateTime64('2025-01-01 00:00:00', 6, 'UTC') + intDiv(number, ${SYMBOLS}) * ${60 / A_MINUTE} AS event_time,
  intDiv(number, ${SYMBOLS}) AS seq_id, 'trade' AS event_type, 100 + cityHash64(number, 1) % 1000 / 100 AS price,
  1 + cityHash64(number, 2) % 100 AS size, if(number % 2, 'buy', 'sell') AS side`;

/** One tick a message, as the plainest of producers sends them. */
const insert = (bench: BenchCluster, from: number, count: number): Promise<void> =>
  bench.run(
    `INSERT INTO ticks_local (${TICK}, ${PLACE})
     SELECT ${VALUES}, 1, now64(6), 'ticks', number % ${PARTITIONS}, intDiv(number, ${PARTITIONS}), 1
     FROM numbers({from:UInt64}, {count:UInt64}) SETTINGS max_insert_block_size = ${FILL}`,
    { from, count },
  );

/** Corrects the first trade of each symbol, by hand: it has no place in Kafka. */
const correct = (bench: BenchCluster, version: number): Promise<void> =>
  bench.run(
    `INSERT INTO ticks_local (${TICK})
     SELECT exchange, symbol, event_time, seq_id, event_type, price + 0.01 * {version:UInt32}, size, side, {version:UInt32}
     FROM (SELECT ${VALUES} FROM numbers(${SYMBOLS}))`,
    { version },
  );
