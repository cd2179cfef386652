import { pollUntil } from "../infra/poll.ts";
import { createTopic, startKafka } from "../tests/support/kafka.ts";
import { type Benchmark, type Figure, figureOf, type Size } from "./benchmark.ts";
import { type Feed, makeMessages } from "./brokenFeed.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";
import { sendBacklog } from "./kafka.ts";
import { checkLedger, number, storedTicks } from "./queries.ts";
import { stoppedAtTheEnd } from "./stopping.ts";

const ROUNDS: Readonly<Record<Size, number>> = { full: 6, short: 1 };
/** Of a run. In full one of the largest blocks from each partition, message by message. */
const TICKS: Readonly<Record<Size, number>> = { full: 262_144, short: 4_000 };
const LINES = [1, 20] as const;
const PARTITIONS = 4;
const DEADLINE_MS = 300_000;
/** The end of a run is seen this much later at most. */
const LOOK_MS = 30;
/** Bytes of a line, roughly; a request has ticks of half a megabyte for each partition. */
const BATCH_LINES = 8_000;

type Side = "clean" | "broken";

/**
 * A round runs these one right after the other. The first is left out: what comes just after the sending is slower,
 * by half on a busy machine. Each side stands as early as the other, and the orders take turns.
 */
const ORDERS = [
  ["clean", "clean", "broken", "broken", "clean"],
  ["broken", "broken", "clean", "clean", "broken"],
] as const satisfies readonly (readonly Side[])[];

/** What a run took. */
interface Run {
  readonly ticks: number;
  readonly seconds: number;
  /** Microseconds that the threads of both servers computed; those of the Kafka library are not counted. */
  readonly cpuMicros: number;
}

/** What 1 % of broken lines cost, message by message and in batches; both sides in turns, on one cluster. */
export const brokenMessages: Benchmark = {
  name: "broken-messages",
  description: "consumption of a backlog with 1 % broken lines, against the same without",
  async run(progress, size) {
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
          const rounds: Round[] = [];
          // In the first round the nodes join the group: it is left out, too.
          for (let round = 0; round <= ROUNDS[size]; round += 1) {
            const waiting = [];
            for (const [index, side] of (ORDERS[round % 2] ?? ORDERS[0]).entries()) {
              run += 1;
              const feed = makeMessages({ run, ticks: TICKS[size], lines, broken: side === "broken" });
              const spread = { partitions: PARTITIONS, batch: Math.ceil(BATCH_LINES / lines) };
              const id = `bench-${index}`;
              const backlog = await sendBacklog(kafka.bootstrap, "ticks", id, feed.messages, spread);
              sent += feed.messages.length;
              waiting.push({ side, feed, backlog });
            }
            const runs: (Run & { readonly side: Side })[] = [];
            for (const { side, feed, backlog } of waiting)
              runs.push({ side, ...(await consume(bench, feed, backlog.release)) });
            const measured = runs.slice(1);
            const result = {
              clean: speedOf(measured.filter(({ side }) => side === "clean")),
              broken: speedOf(measured.filter(({ side }) => side === "broken")),
            };
            if (round > 0) rounds.push(result);
            progress(`${lines} line(s) a message${round > 0 ? "" : " (warming up)"}: ${describe(result)}`);
          }
          figures.push(...compare(rounds, `${lines} line(s) a message`));
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

interface Speed {
  readonly ticksPerSecond: number;
  readonly cpuMicrosPerTick: number;
}
type Round = Readonly<Record<Side, Speed>>;

/** Of several runs together, as if they were one. */
function speedOf(runs: readonly Run[]): Speed {
  const sum = (figure: keyof Run) => runs.reduce((total, run) => total + run[figure], 0);
  const ticks = sum("ticks");
  return { ticksPerSecond: ticks / sum("seconds"), cpuMicrosPerTick: sum("cpuMicros") / ticks };
}

const describe = (round: Round): string =>
  (["clean", "broken"] as const)
    .map((side) => {
      const { ticksPerSecond, cpuMicrosPerTick } = round[side];
      return `${side} ${Math.round(ticksPerSecond)} ticks/s, ${cpuMicrosPerTick.toFixed(2)} µs of CPU a tick`;
    })
    .join("; ");

function compare(rounds: readonly Round[], what: string): Figure[] {
  const figures = (figure: keyof Speed, name: string, unit: string): Figure[] => [
    figureOf(
      `${name}clean, ${what}`,
      rounds.map(({ clean }) => clean[figure]),
      unit,
    ),
    figureOf(
      `${name}1 % broken, ${what}`,
      rounds.map(({ broken }) => broken[figure]),
      unit,
    ),
    figureOf(
      `${name}broken / clean, ${what}`,
      rounds.map(({ clean, broken }) => broken[figure] / clean[figure]),
      "ratio",
    ),
  ];
  return [...figures("ticksPerSecond", "", "ticks/s"), ...figures("cpuMicrosPerTick", "CPU, ", "µs/tick")];
}

/** Lets a backlog be consumed. Timed from when the first block was read until every tick and dead letter is stored. */
async function consume(bench: BenchCluster, feed: Feed, release: () => Promise<void>): Promise<Run> {
  const { good, bad } = feed;
  const before = { letters: await deadLetters(bench), cpu: await cpuMicros(bench) };
  await release();
  const newLetters = async () => (await deadLetters(bench)) - before.letters;
  const done = await pollUntil(
    DEADLINE_MS,
    async () =>
      (await storedTicks(bench, feed.symbols)) >= good && (await newLetters()) >= bad
        ? Date.now()
        : undefined,
    LOOK_MS,
  );
  const [ticks, letters] = [await storedTicks(bench, feed.symbols), await newLetters()];
  if (done === undefined || ticks !== good || letters !== bad)
    throw new Error(
      `${ticks} ticks and ${letters} dead letters within ${DEADLINE_MS / 1000} s, expected ${good} and ${bad}`,
    );
  const seconds = (done - (await firstRead(bench, feed))) / 1_000;
  return { ticks: good + bad, seconds, cpuMicros: (await cpuMicros(bench)) - before.cpu };
}

/** Milliseconds since 1970; the servers' clock is this process's. */
const firstRead = (bench: BenchCluster, { symbols }: Feed): Promise<number> =>
  number(
    bench,
    "SELECT toUnixTimestamp64Micro(min(ingest_time)) / 1000 AS n FROM ticks_all WHERE symbol IN {symbols:Array(String)}",
    { symbols },
  );

const deadLetters = (bench: BenchCluster): Promise<number> =>
  number(bench, "SELECT count() AS n FROM dead_letters_all FINAL");

const cpuMicros = (bench: BenchCluster): Promise<number> =>
  number(
    bench,
    `SELECT sum(value) AS n FROM clusterAllReplicas(analytics_cluster, system.events)
     WHERE event = 'OSCPUVirtualTimeMicroseconds'`,
  );
