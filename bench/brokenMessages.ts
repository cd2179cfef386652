import { pollUntil } from "../infra/targets/local/process/poll.ts";
import { createTopic, startKafka } from "../tests/support/kafka.ts";
import { makeFeed } from "../tests/support/ticks.ts";
import { type Benchmark, type Figure, median } from "./benchmark.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";
import { createAdmin, produce } from "./kafka.ts";
import { stoppedAtTheEnd } from "./stopping.ts";

const ROUNDS = 5;
const MESSAGES = 60_000;
const LINES = [1, 20] as const;
const PARTITIONS = 4;
const DEADLINE_MS = 300_000;
const SYMBOLS = ["AAPL", "MSFT", "NVDA", "AMZN", "TSLA", "GOOG", "META", "NFLX"];

/** Every hundredth line is broken, in one of these ways. */
const BREAKS: readonly ((line: string) => string)[] = [
  (line) => line.slice(0, -20),
  (line) => line.replace('"price":', '"price":-'),
  (line) => line.replace('"event_type":"', '"event_type":"no-'),
  () => "this is no JSON",
];

interface Run {
  readonly rowsPerSecond: number;
}

/** One run: messages are sent as fast as it goes, quicker than they are consumed; the speed is that of the blocks as they are stored. */
async function consume(
  bench: BenchCluster,
  bootstrap: string,
  run: number,
  lines: number,
  broken: boolean,
): Promise<Run> {
  const symbols = SYMBOLS.map((symbol) => `${symbol}R${run}`);
  const count = lines === 1 ? MESSAGES : MESSAGES / 4;
  const ticks = makeFeed({
    symbols,
    exchange: "XNAS",
    trades: Math.ceil((count * lines) / symbols.length / 1.2),
    startMicros: 1_763_121_600_000_000n,
    seed: run,
  }).slice(0, count * lines);
  let bad = 0;
  const texts = ticks.map((tick, index) => {
    const line = JSON.stringify(tick);
    const breaks = BREAKS[Math.floor(index / 100) % BREAKS.length];
    if (!broken || index % 100 !== 50 || breaks === undefined) return line;
    bad += 1;
    return breaks(line);
  });
  const messages: string[] = [];
  for (let at = 0; at < texts.length; at += lines) messages.push(texts.slice(at, at + lines).join("\n"));
  const before = await deadLetters(bench);
  await produce(bootstrap, "ticks", messages, { partitions: PARTITIONS, batch: Math.ceil(2_000 / lines) });

  const ours = { symbols };
  const stored = async (): Promise<number> =>
    Number(
      (
        await bench.rows<{ n: string }>(
          "SELECT count() AS n FROM ticks_all WHERE symbol IN {symbols:Array(String)}",
          ours,
        )
      )[0]?.n,
    );
  const good = texts.length - bad;
  const done = await pollUntil(DEADLINE_MS, async () => ((await stored()) >= good ? true : undefined));
  if (done === undefined) throw new Error(`${await stored()} of ${good} ticks after ${DEADLINE_MS / 1000} s`);
  await checkDeadLetters(bench, before, bad);
  return { rowsPerSecond: await speed(bench, symbols) };
}

const deadLetters = async (bench: BenchCluster): Promise<number> =>
  Number((await bench.rows<{ n: string }>("SELECT count() AS n FROM dead_letters_all FINAL"))[0]?.n);

/** Every broken line is a dead letter, and nothing else is. */
async function checkDeadLetters(bench: BenchCluster, before: number, expected: number): Promise<void> {
  const done = await pollUntil(DEADLINE_MS, async () =>
    (await deadLetters(bench)) - before >= expected ? true : undefined,
  );
  const count = (await deadLetters(bench)) - before;
  if (done === undefined || count !== expected)
    throw new Error(`${count} dead letters, expected ${expected}`);
}

/** Rows behind the first block, over the time from the first block to the last. */
async function speed(bench: BenchCluster, symbols: readonly string[]): Promise<number> {
  const [row] = await bench.rows<{ rows: string; seconds: number }>(
    `SELECT toString(countIf(ingest_time > first)) AS rows, dateDiff('microsecond', min(first), max(ingest_time)) / 1e6 AS seconds
     FROM (SELECT ingest_time, min(ingest_time) OVER () AS first FROM ticks_all WHERE symbol IN {symbols:Array(String)})`,
    { symbols },
  );
  return Number(row?.rows) / Number(row?.seconds);
}

/** What 1 % of broken lines cost, message by message and in batches; both sides in turns, on one cluster. */
export const brokenMessages: Benchmark = {
  name: "broken-messages",
  description: "consumption of a feed with 1 % broken lines, against the same feed without",
  async run(progress) {
    const kafka = await startKafka();
    const stopKafka = stoppedAtTheEnd(() => kafka.stop());
    try {
      await createTopic(kafka.bootstrap, "ticks", PARTITIONS);
      const bench = await startBenchCluster({ bootstrap: kafka.bootstrap, partitions: PARTITIONS });
      try {
        const figures: Figure[] = [];
        let run = 0;
        for (const lines of LINES) {
          const speeds = { clean: [] as number[], broken: [] as number[] };
          // The first run of each kind warms up (the nodes join the group) and is left out.
          for (let round = 0; round <= ROUNDS; round += 1) {
            // Who goes first changes from round to round.
            for (const side of round % 2 === 0
              ? (["clean", "broken"] as const)
              : (["broken", "clean"] as const)) {
              run += 1;
              const { rowsPerSecond } = await consume(bench, kafka.bootstrap, run, lines, side === "broken");
              if (round > 0) speeds[side].push(rowsPerSecond);
              progress(`${lines} line(s) a message, ${side}: ${Math.round(rowsPerSecond)} ticks/s`);
            }
          }
          const ratios = speeds.clean.map((clean, index) => (speeds.broken[index] ?? Number.NaN) / clean);
          figures.push(
            { name: `clean, ${lines} line(s) a message`, value: median(speeds.clean), unit: "ticks/s" },
            { name: `1 % broken, ${lines} line(s) a message`, value: median(speeds.broken), unit: "ticks/s" },
            { name: `broken / clean, ${lines} line(s) a message`, value: median(ratios), unit: "ratio" },
          );
        }
        await checkLedger(bench, kafka.bootstrap);
        return figures;
      } finally {
        await bench.stop();
      }
    } finally {
      await stopKafka();
    }
  },
};

/** No offset may be missing: each is in the ledger of ticks or dead letters. */
async function checkLedger(bench: BenchCluster, bootstrap: string): Promise<void> {
  const admin = await createAdmin(bootstrap);
  const ends = await admin.fetchTopicOffsets("ticks").finally(() => admin.disconnect());
  const sent = ends.reduce((sum, { high }) => sum + Number(high), 0);
  const [ledger] = await bench.rows<{ offsets: string }>(
    "SELECT toString(sum(n)) AS offsets FROM (SELECT groupBitmapMerge(offsets) AS n FROM offset_ledger_all GROUP BY kafka_partition, chunk)",
  );
  if (Number(ledger?.offsets) !== sent)
    throw new Error(`${ledger?.offsets} of ${sent} offsets are accounted for`);
}
