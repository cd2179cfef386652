import { pollUntil } from "../../infra/poll.ts";
import { createTopic, startKafka } from "../../tests/support/kafka.ts";
import { type Benchmark, type Figure, figureOf, type Size } from "../benchmark.ts";
import { type BenchCluster, startBenchCluster } from "../cluster.ts";
import { sendBacklog } from "../kafka.ts";
import { cpuSeconds } from "../processes.ts";
import { checkLedger, number, storedTicks } from "../queries.ts";
import { stoppedAtTheEnd } from "../stopping.ts";
import { ARMS, type Arm, type ArmName, BINARY, createBinaryTables, makeRun, type Run } from "./arms.ts";

const PARTITIONS = 4;
const DEADLINE_MS = 300_000;
const LOOK_MS = 50;

const SIZES = {
  full: { ticks: 262_144, rounds: 5 },
  short: { ticks: 8_000, rounds: 1 },
} as const satisfies Record<Size, { ticks: number; rounds: number }>;

/**
 * What a tick costs ClickHouse, by how it travels. Each arm's backlog is sent as a transaction that is left open; then
 * one arm after the other is let go, in another order each round, and CPU is taken from just before until all of it is
 * stored raw and deduplicated and nothing is merged any more: a run pays for its own parts.
 *
 * CPU is that of the servers' processes as the kernel counts it, so that the Kafka library's threads are in it.
 */
export const packing: Benchmark = {
  name: "packing",
  description: "ticks for a CPU second of ClickHouse: one a message, 500 a message, and as RowBinary",
  async run(progress, size) {
    const { ticks, rounds } = SIZES[size];
    const kafka = await startKafka();
    const stopKafka = stoppedAtTheEnd(() => kafka.stop());
    try {
      for (const topic of ["ticks", BINARY]) await createTopic(kafka.bootstrap, topic, PARTITIONS);
      const bench = await startBenchCluster({ bootstrap: kafka.bootstrap, partitions: PARTITIONS });
      try {
        await createBinaryTables(bench, kafka.bootstrap);
        const measured = new Map<ArmName, Measured[]>(ARMS.map(({ name }) => [name, []]));
        let sent = 0;
        // In the first round the nodes join the group: it is left out.
        for (let round = 0; round <= rounds; round += 1) {
          const waiting = [];
          for (const [index, arm] of rotated(ARMS, round).entries()) {
            const run = makeRun(arm, round * ARMS.length + index + 1, ticks);
            const spread = { partitions: PARTITIONS, batch: Math.ceil(8_000 / arm.lines) };
            const backlog = await sendBacklog(
              kafka.bootstrap,
              arm.topic,
              `bench-${arm.name}`,
              run.messages,
              spread,
            );
            sent += run.messages.length;
            waiting.push({ arm, run, backlog });
          }
          for (const { arm, run, backlog } of waiting) {
            const result = await consume(bench, arm, run, backlog.release);
            if (round > 0) measured.get(arm.name)?.push(result);
            progress(
              `${round > 0 ? `round ${round}` : "warming up"}: ${arm.name}: ${Math.round(result.ticksPerCpuSecond)} ticks/CPU s, ${Math.round(result.ticksPerSecond)} ticks/s`,
            );
          }
        }
        await checkLedger(bench, sent);
        return [...figures(measured), await idle(bench)];
      } finally {
        await bench.stop();
      }
    } finally {
      await stopKafka();
    }
  },
};

interface Measured {
  readonly ticksPerCpuSecond: number;
  readonly ticksPerSecond: number;
}

const rotated = (arms: readonly Arm[], by: number): Arm[] =>
  arms.map((_, index) => arms[(index + by) % arms.length] as Arm);

/** Lets a backlog be consumed until everything of it is stored and merged. */
async function consume(
  bench: BenchCluster,
  arm: Arm,
  run: Run,
  release: () => Promise<void>,
): Promise<Measured> {
  const pids = bench.cluster.pids();
  const [cpu, started] = [cpuSeconds(pids), performance.now()];
  await release();
  let last = "nothing";
  const seconds = await pollUntil(
    DEADLINE_MS,
    async () => {
      const [raw, deduplicated] = [
        await storedTicks(bench, run.symbols),
        await deduplicatedTicks(bench, run),
      ];
      last = `${raw} raw and ${deduplicated} deduplicated ticks`;
      if (raw > run.ticks) throw new Error(`${arm.name}: ${last}, expected ${run.ticks}`);
      return raw === run.ticks && deduplicated === run.ticks
        ? (performance.now() - started) / 1_000
        : undefined;
    },
    LOOK_MS,
  );
  if (seconds === undefined)
    throw new Error(`${arm.name}: ${last} within ${DEADLINE_MS / 1000} s, expected ${run.ticks}`);
  await untilMerged(bench);
  const used = cpuSeconds(pids) - cpu;
  await checkSums(bench, run);
  return { ticksPerCpuSecond: run.ticks / used, ticksPerSecond: run.ticks / seconds };
}

const deduplicatedTicks = (bench: BenchCluster, { symbols }: Run): Promise<number> =>
  number(bench, "SELECT count() AS n FROM ticks_dedup_all WHERE symbol IN {symbols:Array(String)}", {
    symbols,
  });

/** Merges that go on. They are waited for twice in a row, since one may begin another. */
async function untilMerged(bench: BenchCluster): Promise<void> {
  let quiet = 0;
  const done = await pollUntil(
    DEADLINE_MS,
    async () => {
      const merges = await number(
        bench,
        "SELECT count() AS n FROM clusterAllReplicas(analytics_cluster, system.merges)",
      );
      quiet = merges === 0 ? quiet + 1 : 0;
      return quiet >= 2 ? true : undefined;
    },
    LOOK_MS,
  );
  if (done === undefined) throw new Error(`parts are still being merged after ${DEADLINE_MS / 1000} s`);
}

/** What is stored is what was sent, whatever format it had: sums of whole numbers, which no order changes. */
async function checkSums(bench: BenchCluster, { symbols, seqIds, micros }: Run): Promise<void> {
  const [row] = await bench.rows<{ seqIds: string; micros: string }>(
    `SELECT toString(sum(toUInt128(seq_id))) AS seqIds, toString(sum(toInt128(toUnixTimestamp64Micro(event_time)))) AS micros
     FROM ticks_all WHERE symbol IN {symbols:Array(String)}`,
    { symbols },
  );
  if (row?.seqIds !== String(seqIds) || row.micros !== String(micros))
    throw new Error(
      `the stored ticks sum up to ${row?.seqIds} and ${row?.micros}, those sent to ${seqIds} and ${micros}`,
    );
}

function figures(measured: ReadonlyMap<ArmName, readonly Measured[]>): Figure[] {
  const of = (name: ArmName) => measured.get(name) ?? [];
  const ratios = (name: ArmName) =>
    of(name).map(
      ({ ticksPerCpuSecond }, round) =>
        ticksPerCpuSecond / (of("one a message")[round]?.ticksPerCpuSecond ?? 0),
    );
  return [
    ...ARMS.flatMap(({ name }) => [
      figureOf(
        `${name}, CPU`,
        of(name).map((each) => each.ticksPerCpuSecond),
        "ticks/CPU s",
      ),
      figureOf(
        `${name}, time`,
        of(name).map((each) => each.ticksPerSecond),
        "ticks/s",
      ),
    ]),
    figureOf("packed / one a message, ticks for a CPU second", ratios("packed"), "ratio", { atLeast: 10 }),
    figureOf("RowBinary / one a message, ticks for a CPU second", ratios("RowBinary"), "ratio"),
  ];
}

const IDLE_MS = 3_000;

/** What both nodes use while nothing comes: it is in every arm, and most in the one that takes longest. */
async function idle(bench: BenchCluster): Promise<Figure> {
  const pids = bench.cluster.pids();
  const [cpu, started] = [cpuSeconds(pids), performance.now()];
  const end = started + IDLE_MS;
  await pollUntil(IDLE_MS * 2, () => (performance.now() >= end ? true : undefined));
  const share = (cpuSeconds(pids) - cpu) / ((performance.now() - started) / 1_000);
  return { name: "both nodes, idle", value: share, unit: "CPU s/s" };
}
