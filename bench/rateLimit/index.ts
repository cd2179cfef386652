import { createTopic, startKafka } from "../../tests/support/kafka.ts";
import { type Benchmark, median } from "../benchmark.ts";
import { type BenchCluster, startBenchCluster } from "../cluster.ts";
import { stoppedAtTheEnd } from "../stopping.ts";
import { type BenchApi, startApiProcess } from "../stream/api.ts";
import { type Feed, openFeed } from "./feed.ts";
import { type Flooded, flood } from "./flood.ts";

/** `tickhouse:apiRateLimit` as it is by default, and how many times as often the flood asks. */
const LIMIT_A_MINUTE = 6_000;
const TIMES = 10;
const ROUNDS = 4;
const SECONDS = 55;
/** What a client gets of its limit, at least: the last of the windows in which it is counted may not be full. */
const SHARE = 0.95;
const WARM_UP_SECONDS = 10;

type Side = "quiet" | "flooded";
/** Each side comes as early as the other. */
const ORDERS = [
  ["quiet", "flooded"],
  ["flooded", "quiet"],
] as const satisfies readonly (readonly Side[])[];

/** Whether a client that asks ten times as often as it may slows ingest down. */
export const rateLimit: Benchmark = {
  name: "rate-limit",
  description: `delay from Kafka's producer until queryable, quiet and while one client asks ${TIMES} times as often as it may`,
  async run(progress) {
    const kafka = await startKafka();
    const stopKafka = stoppedAtTheEnd(() => kafka.stop());
    let bench: BenchCluster | undefined;
    let api: BenchApi | undefined;
    let feed: Feed | undefined;
    try {
      await createTopic(kafka.bootstrap, "ticks", 1);
      bench = await startBenchCluster({ shards: 1, bootstrap: kafka.bootstrap, partitions: 1 });
      // Its log as in a stack: a line a request.
      api = await startApiProcess(bench, {
        RATE_LIMIT_PER_MINUTE: String(LIMIT_A_MINUTE),
        LOG_LEVEL: "info",
      });
      feed = await openFeed(bench, kafka.bootstrap);
      await feed.run(WARM_UP_SECONDS);
      const rounds: Readonly<Record<Side, number[]>>[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const delays: Record<Side, number[]> = { quiet: [], flooded: [] };
        for (const side of ORDERS[round % 2] ?? ORDERS[0]) {
          delays[side] = side === "quiet" ? await feed.run(SECONDS) : await runFlooded(feed, api, progress);
          progress(`round ${round + 1}, ${side}: ${describe(delays[side])}`);
        }
        rounds.push(delays);
      }
      return figures(rounds);
    } finally {
      await feed?.stop();
      await api?.stop();
      await bench?.stop();
      await stopKafka();
    }
  },
};

async function runFlooded(
  feed: Feed,
  { url }: BenchApi,
  progress: (line: string) => void,
): Promise<number[]> {
  const asked = `${url}/backtest/fast?symbol=AAPL&limit=10`;
  const perSecond = (LIMIT_A_MINUTE * TIMES) / 60;
  const [delays, flooded] = await Promise.all([feed.run(SECONDS), flood(asked, perSecond, SECONDS)]);
  check(flooded);
  progress(
    `${flooded.sent} requests in ${SECONDS} s: ${[...flooded.answers].map(([status, count]) => `${count} × ${status}`).join(", ")}`,
  );
  return delays;
}

/** As many as allowed are answered, and every other one is told when to come back. */
function check({ sent, answers, retryAfter }: Flooded): void {
  const [accepted = 0, refused = 0] = [answers.get(200), answers.get(429)];
  const due = (LIMIT_A_MINUTE * SECONDS) / 60;
  const right = accepted >= SHARE * due && accepted <= LIMIT_A_MINUTE;
  if (!right || refused !== sent - accepted || retryAfter !== refused)
    throw new Error(
      `of ${sent} requests ${accepted} were answered and ${refused} refused, ${retryAfter} with Retry-After; expected: about ${due}, and all others (${[...answers].join("; ")})`,
    );
}

function figures(rounds: readonly Readonly<Record<Side, number[]>>[]) {
  const of = (side: Side, share: number): number[] => rounds.map((round) => quantile(round[side], share));
  return [0.5, 0.99].flatMap((share) => {
    const [quiet, flooded] = [of("quiet", share), of("flooded", share)];
    const name = `sent until queryable, p${share * 100}`;
    return [
      { name: `${name}, quiet`, value: median(quiet), unit: "ms" },
      { name: `${name}, flooded`, value: median(flooded), unit: "ms" },
      {
        name: `${name}, flooded against quiet`,
        value: median(flooded.map((value, index) => value / (quiet[index] ?? Number.NaN))),
        unit: "ratio",
      },
    ];
  });
}

const describe = (delays: readonly number[]): string =>
  `${delays.length} ticks, p50 ${quantile(delays, 0.5).toFixed(0)} ms, p99 ${quantile(delays, 0.99).toFixed(0)} ms`;

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
