import { setTimeout as pause } from "node:timers/promises";
import { applySchema, localSchema } from "../../tests/support/engine.ts";
import { createTopic, startKafka } from "../../tests/support/kafka.ts";
import { type Benchmark, figureOf, type Size } from "../benchmark.ts";
import { type BenchCluster, startBenchCluster } from "../cluster.ts";
import { percentile } from "../percentile.ts";
import { stoppedAtTheEnd } from "../stopping.ts";
import { startFeed } from "./feed.ts";
import { type Look, latencies, type Sent } from "./looks.ts";
import { createStockTables, STOCK } from "./stock.ts";

const PARTITIONS = 4;
const LOOK_MS = 20;
/** Before ticks count: the producer starts, and nodes join the group. */
const WARM_MS = 10_000;
/** The stock Buffer keeps a tick for 100 s at most, and stock consumers for 7.5 s. */
const DEADLINE_MS = 180_000;

const SIZES = {
  full: { rate: 20_000, windowMs: 20_000, rounds: 3 },
  short: { rate: 20_000, windowMs: 3_000, rounds: 1 },
} as const satisfies Record<Size, { rate: number; windowMs: number; rounds: number }>;

interface Arm {
  readonly name: string;
  readonly topic: string;
  readonly database: string;
}

const OURS: Arm = { name: "our settings", topic: "ticks", database: "tickhouse" };
const THEIRS: Arm = { name: "stock settings", topic: STOCK, database: STOCK };

/** The flush interval that is measured, ms. */
const FLUSH_MS = 100;
/** How long the producer waits for others of a tick's message, ms. */
const LINGER_MS = 5;

/**
 * From the moment that a tick happens until a query of the deduplicated history shows it. The producer paces ticks by their
 * event times, so that what it sends late counts as late; a loop asks each node's shard for the newest number of each symbol
 * again and again, and a tick's age at the answer that first shows it is its latency: an upper bound, whatever lies between.
 * The ticks of a window are counted, and the feed goes on at its rate until the last of them was seen, so that what waits
 * for others to come is not made to wait by the end of the feed. Arms run one after the other, on the same nodes and broker.
 */
export const latency: Benchmark = {
  name: "latency",
  description: "from event to queryable at 20,000 ticks/s, our settings against stock ones",
  async run(progress, size) {
    const { rate, windowMs, rounds } = SIZES[size];
    const kafka = await startKafka();
    const stopKafka = stoppedAtTheEnd(() => kafka.stop());
    try {
      for (const { topic } of [OURS, THEIRS]) await createTopic(kafka.bootstrap, topic, PARTITIONS);
      const bench = await startBenchCluster({ bootstrap: kafka.bootstrap, partitions: PARTITIONS });
      try {
        const { cluster } = bench;
        await applySchema(cluster, localSchema(cluster.topology, 0, { flushIntervalMs: FLUSH_MS }));
        await createStockTables(bench, kafka.bootstrap);
        const p99s = new Map<Arm, number[]>([OURS, THEIRS].map((arm) => [arm, []]));
        const p50s = new Map<Arm, number[]>([OURS, THEIRS].map((arm) => [arm, []]));
        for (let round = 1; round <= rounds; round += 1)
          for (const arm of round % 2 === 1 ? [OURS, THEIRS] : [THEIRS, OURS]) {
            const all = await measure(bench, kafka.bootstrap, arm, { round, rate, windowMs });
            const [p50, p99] = [percentile(all, 0.5), percentile(all, 0.99)];
            p50s.get(arm)?.push(p50);
            p99s.get(arm)?.push(p99);
            progress(
              `round ${round}: ${arm.name}: ${all.length} ticks, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`,
            );
          }
        const of = (values: ReadonlyMap<Arm, number[]>, arm: Arm) => values.get(arm) ?? [];
        const ratios = of(p99s, THEIRS).map((ms, round) => ms / (of(p99s, OURS)[round] ?? Number.NaN));
        return [
          figureOf(`${OURS.name}, p99`, of(p99s, OURS), "ms", { atMost: 250 }),
          figureOf(`${OURS.name}, p50`, of(p50s, OURS), "ms"),
          figureOf(`${THEIRS.name}, p99`, of(p99s, THEIRS), "ms"),
          figureOf(`${THEIRS.name}, p50`, of(p50s, THEIRS), "ms"),
          figureOf("p99 of stock settings / ours", ratios, "ratio", { atLeast: 30 }),
        ];
      } finally {
        await bench.stop();
      }
    } finally {
      await stopKafka();
    }
  },
};

interface Window {
  readonly round: number;
  readonly rate: number;
  readonly windowMs: number;
}

async function measure(
  bench: BenchCluster,
  bootstrap: string,
  { topic, database }: Arm,
  { round, rate, windowMs }: Window,
): Promise<number[]> {
  const symbols = ["AAPL", "MSFT", "NVDA", "AMZN", "TSLA"].map((symbol) => `${symbol}R${round}`);
  const feed = startFeed(bootstrap, topic, rate, symbols, LINGER_MS);
  const looks: Look[] = [];
  const from = Date.now() + WARM_MS;
  const to = from + windowMs;
  let sent: Sent[] | undefined;
  try {
    while (sent === undefined) {
      if (Date.now() > to + DEADLINE_MS)
        throw new Error(`${topic}: the window's ticks were not all seen within ${DEADLINE_MS / 1000} s`);
      const asked = Date.now();
      const newest = await newestOf(bench, database, symbols);
      looks.push({
        atMs: Date.now(),
        newest: new Map(newest.map(({ symbol, seq }) => [symbol, Number(seq)])),
      });
      // A symbol's ticks come in order: where one of behind the window is there, all of the window are.
      const past = newest.filter(({ ms }) => Number(ms) > to).length === symbols.length;
      if (past) sent = await sentIn(bench, database, symbols, from, to);
      else await pause(Math.max(0, asked + LOOK_MS - Date.now()));
    }
  } finally {
    await feed.stop();
  }
  expectWhole(sent, rate, windowMs);
  return latencies(looks, sent);
}

const newestOf = (bench: BenchCluster, database: string, symbols: readonly string[]) =>
  bench.rows<{ symbol: string; seq: string; ms: string }>(
    `SELECT symbol, toString(max(seq_id)) AS seq, toString(toUnixTimestamp64Milli(max(event_time))) AS ms
     FROM {database:Identifier}.ticks_dedup_all
     WHERE symbol IN {symbols:Array(String)} AND event_type = 'trade' AND event_time > now64(6) - 200
     GROUP BY symbol`,
    { database, symbols },
  );

async function sentIn(
  bench: BenchCluster,
  database: string,
  symbols: readonly string[],
  from: number,
  to: number,
): Promise<Sent[]> {
  const rows = await bench.rows<{ symbol: string; seqId: string; micros: string }>(
    `SELECT symbol, toString(seq_id) AS seqId, toString(toUnixTimestamp64Micro(event_time)) AS micros
     FROM {database:Identifier}.ticks_dedup_all
     WHERE symbol IN {symbols:Array(String)} AND event_time >= fromUnixTimestamp64Milli({from:Int64})
       AND event_time < fromUnixTimestamp64Milli({to:Int64})
     ORDER BY symbol, seq_id`,
    { database, symbols, from, to },
  );
  return rows.map(({ symbol, seqId, micros }) => ({
    symbol,
    seqId: Number(seqId),
    dueMs: Number(micros) / 1_000,
  }));
}

/** Every number of a symbol once, and as many ticks as the rate says: a tick that is lost has no latency. */
function expectWhole(sent: readonly Sent[], rate: number, windowMs: number): void {
  for (const [index, { symbol, seqId }] of sent.entries()) {
    const before = sent[index - 1];
    if (before?.symbol === symbol && before.seqId + 1 !== seqId)
      throw new Error(`${symbol}: number ${seqId} comes behind ${before.seqId}`);
  }
  const expected = (rate * windowMs) / 1_000;
  if (Math.abs(sent.length - expected) > expected / 100)
    throw new Error(`${sent.length} ticks in the window, expected ${expected}`);
}
