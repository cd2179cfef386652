import { createTopic, startKafka } from "../../tests/support/kafka.ts";
import { type Benchmark, figureOf, type Size } from "../benchmark.ts";
import { type BenchCluster, startBenchCluster } from "../cluster.ts";
import { stoppedAtTheEnd } from "../stopping.ts";
import { type BenchApi, startApiProcess } from "../stream/api.ts";
import { type Feed, openFeed } from "./feed.ts";
import { type Flooded, flood } from "./flood.ts";

/** `tickhouse:apiRateLimit` as it is by default, and how many times as often the flood asks. */
const LIMIT_A_MINUTE = 6_000;
const TIMES = 10;

interface Duration {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}
const DURATIONS: Readonly<Record<Size, Duration>> = {
  full: { rounds: 3, seconds: 40, warmUpSeconds: 10 },
  short: { rounds: 1, seconds: 3, warmUpSeconds: 2 },
};

/** Nobody asks; a client asks as often as it may; it asks ten times as often. */
type Side = "quiet" | "limit" | "flooded";
/** Each side comes as early as the others. */
const ORDERS = [
  ["quiet", "limit", "flooded"],
  ["limit", "flooded", "quiet"],
  ["flooded", "quiet", "limit"],
] as const satisfies readonly (readonly Side[])[];

/**
 * Whether a client that asks ten times as often as it may slows ingest down: against one that keeps to its limit, since
 * what it may ask costs what it costs.
 */
export const rateLimit: Benchmark = {
  name: "rate-limit",
  description: `delay from Kafka's producer until queryable, while one client asks as often as it may, and ${TIMES} times as often`,
  async run(progress, size) {
    const { seconds, warmUpSeconds, ...duration } = DURATIONS[size];
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
      await feed.run(warmUpSeconds);
      const rounds: Readonly<Record<Side, number[]>>[] = [];
      for (let round = 0; round < duration.rounds; round += 1) {
        const delays: Record<Side, number[]> = { quiet: [], limit: [], flooded: [] };
        for (const side of ORDERS[round % ORDERS.length] ?? ORDERS[0]) {
          delays[side] =
            side === "quiet"
              ? await feed.run(seconds)
              : await runAsked({ side, seconds }, feed, api, progress);
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

async function runAsked(
  { side, seconds }: { readonly side: "limit" | "flooded"; readonly seconds: number },
  feed: Feed,
  { url }: BenchApi,
  progress: (line: string) => void,
): Promise<number[]> {
  const asked = `${url}/backtest/fast?symbol=AAPL&limit=10`;
  const perSecond = (LIMIT_A_MINUTE * (side === "flooded" ? TIMES : 1)) / 60;
  const [delays, flooded] = await Promise.all([feed.run(seconds), flood(asked, perSecond, seconds)]);
  if (side === "flooded") check(flooded);
  progress(
    `${flooded.sent} requests in ${seconds} s: ${[...flooded.answers].map(([status, count]) => `${count} × ${status}`).join(", ")}`,
  );
  return delays;
}

/** As many as allowed are answered, and every other one is told when to come back. */
function check({ sent, answers, retryAfter }: Flooded): void {
  const [accepted = 0, refused = 0] = [answers.get(200), answers.get(429)];
  // A window begins with the first request after the last one's end: a busy machine gives less than the limit, never more.
  const right = accepted > 0 && accepted <= LIMIT_A_MINUTE;
  if (!right || refused !== sent - accepted || retryAfter !== refused)
    throw new Error(
      `of ${sent} requests ${accepted} were answered and ${refused} refused, ${retryAfter} with Retry-After; expected: ${LIMIT_A_MINUTE} at most, and all others (${[...answers].join("; ")})`,
    );
}

function figures(rounds: readonly Readonly<Record<Side, number[]>>[]) {
  return [0.5, 0.99].flatMap((share) => {
    const of = (side: Side): number[] => rounds.map((round) => quantile(round[side], share));
    const ratios = (side: Side, base: Side): number[] =>
      of(side).map((value, index) => value / (of(base)[index] ?? Number.NaN));
    const name = `sent until queryable, p${share * 100}`;
    return [
      ...(["quiet", "limit", "flooded"] as const).map((side) => figureOf(`${name}, ${side}`, of(side), "ms")),
      figureOf(`${name}, flooded against limit`, ratios("flooded", "limit"), "ratio"),
      figureOf(`${name}, limit against quiet`, ratios("limit", "quiet"), "ratio"),
    ];
  });
}

const describe = (delays: readonly number[]): string =>
  `${delays.length} ticks, p50 ${quantile(delays, 0.5).toFixed(0)} ms, p99 ${quantile(delays, 0.99).toFixed(0)} ms`;

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
