import { pollUntil } from "../infra/targets/local/process/poll.ts";
import { createTopic, startKafka } from "../tests/support/kafka.ts";
import { type Benchmark, type Figure, median } from "./benchmark.ts";
import { type Feed, makeMessages } from "./brokenFeed.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";
import { sendBacklog } from "./kafka.ts";
import { stoppedAtTheEnd } from "./stopping.ts";

const PAIRS = 7;
const TICKS = 500_000;
const LINES = [1, 20] as const;
const PARTITIONS = 4;
const DEADLINE_MS = 300_000;
/** The end of a run is seen this much later at most: about a fiftieth of it. */
const LOOK_MS = 50;
/** Bytes of a line, roughly; a request has ticks of half a megabyte for each partition. */
const BATCH_LINES = 8_000;

const SIDES = ["clean", "broken"] as const;
type Side = (typeof SIDES)[number];

/** What a run took. */
interface Run {
  readonly ticksPerSecond: number;
  /** Microseconds that the threads of both servers computed for each tick; those of the Kafka library are not counted. */
  readonly cpuMicros: number;
}

/** What 1 % of broken lines cost, message by message and in batches; both sides in turns, on one cluster. */
export const brokenMessages: Benchmark = {
  name: "broken-messages",
  description: "consumption of a backlog with 1 % broken lines, against the same without",
  async run(progress) {
    const kafka = await startKafka();
    const stopKafka = stoppedAtTheEnd(() => kafka.stop());
    try {
      await createTopic(kafka.bootstrap, "ticks", PARTITIONS);
      const bench = await startBenchCluster({ bootstrap: kafka.bootstrap, partitions: PARTITIONS });
      try {
        const figures: Figure[] = [];
        let sent = 0;
        let run = 0;
        for (const lines of LINES) {
          const runs: Record<Side, Run[]> = { clean: [], broken: [] };
          // The first pair warms up (the nodes join the group) and is left out.
          for (let pair = 0; pair <= PAIRS; pair += 1) {
            // Who goes first changes from pair to pair. Both are sent before, so that they run one right after the other.
            const order = pair % 2 === 0 ? SIDES : SIDES.toReversed();
            const waiting = [];
            for (const side of order) {
              run += 1;
              const feed = makeMessages({ run, ticks: TICKS, lines, broken: side === "broken" });
              const spread = { partitions: PARTITIONS, batch: Math.ceil(BATCH_LINES / lines) };
              const backlog = await sendBacklog(kafka.bootstrap, "ticks", side, feed.messages, spread);
              sent += feed.messages.length;
              waiting.push({ side, feed, backlog });
            }
            for (const { side, feed, backlog } of waiting) {
              const result = await consume(bench, feed, backlog.release);
              if (pair > 0) runs[side].push(result);
              progress(
                `${lines} line(s) a message, ${side}: ${Math.round(result.ticksPerSecond)} ticks/s, ` +
                  `${result.cpuMicros.toFixed(2)} µs of CPU a tick${pair > 0 ? "" : " (warming up)"}`,
              );
            }
          }
          figures.push(...compare(runs, `${lines} line(s) a message`));
        }
        await checkLedger(bench, sent);
        return figures;
      } finally {
        await bench.stop();
      }
    } finally {
      await stopKafka();
    }
  },
};

function compare({ clean, broken }: Record<Side, Run[]>, what: string): Figure[] {
  const pairs = clean.flatMap((left, index) => {
    const right = broken[index];
    return right === undefined ? [] : [{ clean: left, broken: right }];
  });
  const of = (runs: readonly Run[], figure: keyof Run) => median(runs.map((run) => run[figure]));
  return [
    { name: `clean, ${what}`, value: of(clean, "ticksPerSecond"), unit: "ticks/s" },
    { name: `1 % broken, ${what}`, value: of(broken, "ticksPerSecond"), unit: "ticks/s" },
    {
      name: `broken / clean, ${what}`,
      value: median(pairs.map((pair) => pair.broken.ticksPerSecond / pair.clean.ticksPerSecond)),
      unit: "ratio",
    },
    { name: `CPU, clean, ${what}`, value: of(clean, "cpuMicros"), unit: "µs/tick" },
    { name: `CPU, 1 % broken, ${what}`, value: of(broken, "cpuMicros"), unit: "µs/tick" },
    {
      name: `CPU, broken / clean, ${what}`,
      value: median(pairs.map((pair) => pair.broken.cpuMicros / pair.clean.cpuMicros)),
      unit: "ratio",
    },
  ];
}

/** Lets a backlog be consumed. Timed from when the first block was read until every tick and dead letter is stored. */
async function consume(bench: BenchCluster, feed: Feed, release: () => Promise<void>): Promise<Run> {
  const { good, bad } = feed;
  const before = { letters: await deadLetters(bench), cpu: await cpuMicros(bench) };
  await release();
  const newLetters = async () => (await deadLetters(bench)) - before.letters;
  const done = await pollUntil(
    DEADLINE_MS,
    async () => ((await stored(bench, feed)) >= good && (await newLetters()) >= bad ? Date.now() : undefined),
    LOOK_MS,
  );
  const [ticks, letters] = [await stored(bench, feed), await newLetters()];
  if (done === undefined || ticks !== good || letters !== bad)
    throw new Error(
      `${ticks} ticks and ${letters} dead letters within ${DEADLINE_MS / 1000} s, expected ${good} and ${bad}`,
    );
  const seconds = (done - (await firstRead(bench, feed))) / 1_000;
  const cpu = (await cpuMicros(bench)) - before.cpu;
  return { ticksPerSecond: (good + bad) / seconds, cpuMicros: cpu / (good + bad) };
}

const OURS = "WHERE symbol IN {symbols:Array(String)}";

const stored = (bench: BenchCluster, { symbols }: Feed): Promise<number> =>
  number(bench, `SELECT count() AS n FROM ticks_all ${OURS}`, { symbols });

/** Milliseconds since 1970; the servers' clock is this process's. */
const firstRead = (bench: BenchCluster, { symbols }: Feed): Promise<number> =>
  number(bench, `SELECT toUnixTimestamp64Micro(min(ingest_time)) / 1000 AS n FROM ticks_all ${OURS}`, {
    symbols,
  });

const deadLetters = (bench: BenchCluster): Promise<number> =>
  number(bench, "SELECT count() AS n FROM dead_letters_all FINAL");

const cpuMicros = (bench: BenchCluster): Promise<number> =>
  number(
    bench,
    `SELECT sum(value) AS n FROM clusterAllReplicas(analytics_cluster, system.events)
     WHERE event = 'OSCPUVirtualTimeMicroseconds'`,
  );

/** No offset may be missing: each is in the ledger of ticks or dead letters. */
async function checkLedger(bench: BenchCluster, sent: number): Promise<void> {
  const offsets = await number(
    bench,
    "SELECT sum(offsets) AS n FROM (SELECT groupBitmapMerge(offsets) AS offsets FROM offset_ledger_all GROUP BY kafka_partition, chunk)",
  );
  if (offsets !== sent) throw new Error(`${offsets} of ${sent} offsets are accounted for`);
}

async function number(bench: BenchCluster, sql: string, params?: Record<string, unknown>): Promise<number> {
  return Number((await bench.rows<{ n: string | number }>(sql, params))[0]?.n);
}
