import { setTimeout as delay } from "node:timers/promises";
import { type Benchmark, type Figure, figureOf, type Size } from "./benchmark.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";
import { type Measured, startMeasured } from "./tables/process.ts";
import { expectSameRows } from "./tables/sameRows.ts";
import { countArrow, drain, insertOf, SYMBOL, windowOf } from "./tables/window.ts";

/** Of one side in a round. A window's rows fit in the other side's memory as parsed objects. */
const WINDOWS = 3;

interface Amount {
  readonly rounds: number;
  readonly ticks: number;
  /** Of each window. */
  readonly rows: number;
  /** Of memory while everything streams: fewer tell nothing of its growth. */
  readonly leastSamples: number;
}
const AMOUNTS: Readonly<Record<Size, Amount>> = {
  full: { rounds: 5, ticks: 10_000_000, rows: 100_000, leastSamples: 20 },
  short: { rounds: 1, ticks: 500_000, rows: 10_000, leastSamples: 1 },
};
/** Part of the long answer after which the process's memory should no longer grow. */
const WARM = 0.1;
/** More than this is no stream. */
const FLAT_MIB = 100;
const SAMPLE_MS = 50;
const MIB = 2 ** 20;

/** What rows cost the API's process when ClickHouse's Arrow goes through it, and when they are parsed for JSON. */
export const arrow: Benchmark = {
  name: "arrow",
  description:
    "ticks as Arrow through the API against the same rows parsed and written as JSON; memory of a long stream",
  async run(progress, size) {
    const amount = AMOUNTS[size];
    const { ticks, rows } = amount;
    const bench = await startBenchCluster({ shards: 2 });
    const started: Measured[] = [];
    try {
      progress(`inserting ${ticks.toExponential()} ticks`);
      await bench.run(insertOf(ticks));
      const api = await startMeasured("services/api/src/main.ts", bench);
      started.push(api);
      const parsed = await startMeasured("bench/tables/parsedApi.ts", bench);
      started.push(parsed);
      progress("holding one window of both sides against each other, row by row");
      await expectSameRows(
        `${api.url}/ticks?${windowOf(0, rows)}`,
        `${parsed.url}/ticks?${windowOf(0, rows)}`,
        rows,
      );
      return [
        ...(await compare(bench, [api, parsed], amount, progress)),
        ...(await memoryOf(api, amount, progress)),
      ];
    } finally {
      for (const process of started) await process.stop();
      await bench.stop();
    }
  },
};

interface Side {
  readonly name: string;
  readonly process: Measured;
  readonly format: string;
  readonly rowsPerCpuSecond: number[];
  readonly clickhouseMs: number[];
  bytes: number;
}

async function compare(
  bench: BenchCluster,
  [api, parsed]: readonly [Measured, Measured],
  { rounds, rows }: Amount,
  progress: (line: string) => void,
): Promise<Figure[]> {
  const side = (name: string, process: Measured, format: string): Side => ({
    ...{ name, process, format },
    ...{ rowsPerCpuSecond: [], clickhouseMs: [], bytes: 0 },
  });
  const sides = [side("Arrow", api, "&format=arrow"), side("parsed and re-serialised JSON", parsed, "")];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const each of round % 2 === 0 ? sides : sides.toReversed()) await measure(bench, each, round, rows);
    const [mine = 0, other = 1] = sides.map(({ rowsPerCpuSecond }) => rowsPerCpuSecond[round] ?? 0);
    ratios.push(mine / other);
    progress(
      `round ${round + 1}: ${sides.map((each) => `${each.name} ${(each.rowsPerCpuSecond[round] ?? 0).toFixed(0)}`).join(", ")} rows a CPU second`,
    );
  }
  return [
    ...sides.flatMap(({ name, rowsPerCpuSecond, clickhouseMs, bytes }) => [
      figureOf(`${name}, the API's process`, rowsPerCpuSecond, "rows/CPU s"),
      figureOf(
        `${name}, ClickHouse`,
        clickhouseMs.map((ms) => ms / ((WINDOWS * rows) / 1e6)),
        "CPU ms/million rows",
      ),
      { name: `${name}, on the wire`, value: bytes / (rounds * WINDOWS * rows), unit: "bytes/row" },
    ]),
    figureOf("Arrow over parsed JSON, rows a CPU second of the API", ratios, "ratio"),
  ];
}

/** The same windows for both sides, other ones in each round. */
async function measure(bench: BenchCluster, side: Side, round: number, rows: number): Promise<void> {
  const before = await side.process.cpuSeconds();
  const clickhouse = await clickhouseCpuMs(bench);
  for (let index = 0; index < WINDOWS; index += 1)
    side.bytes += await drain(
      `${side.process.url}/ticks?${windowOf(round * WINDOWS + index, rows)}${side.format}`,
    );
  side.rowsPerCpuSecond.push((WINDOWS * rows) / ((await side.process.cpuSeconds()) - before));
  side.clickhouseMs.push((await clickhouseCpuMs(bench)) - clickhouse);
}

async function clickhouseCpuMs({ clients }: BenchCluster): Promise<number> {
  const query =
    "SELECT toString(value) AS value FROM system.events WHERE event = 'OSCPUVirtualTimeMicroseconds'";
  let micros = 0;
  for (const client of clients) {
    const [row] = await (await client.query({ query, format: "JSONEachRow" })).json<{ value: string }>();
    micros += Number(row?.value ?? 0);
  }
  return micros / 1000;
}

/** Streams everything once, and samples the process's memory meanwhile. */
async function memoryOf(
  api: Measured,
  { ticks, leastSamples }: Amount,
  progress: (line: string) => void,
): Promise<Figure[]> {
  const url = `${api.url}/ticks?symbol=${SYMBOL}&limit=${ticks}&format=arrow`;
  const samples: number[] = [];
  let ended = false;
  const started = performance.now();
  const stream = countArrow(url).finally(() => {
    ended = true;
  });
  while (!ended) {
    samples.push(await api.residentBytes());
    await delay(SAMPLE_MS);
  }
  const { rows, bytes } = await stream;
  const seconds = (performance.now() - started) / 1000;
  if (rows !== ticks) throw new Error(`${rows} rows came, and not ${ticks}`);
  const warm = samples.slice(Math.ceil(samples.length * WARM));
  const spread = (Math.max(...warm) - Math.min(...warm)) / MIB;
  progress(
    `${rows} rows, ${(bytes / MIB).toFixed(0)} MiB in ${seconds.toFixed(1)} s; ${warm.length} samples of memory, ${(Math.min(...warm) / MIB).toFixed(0)} to ${(Math.max(...warm) / MIB).toFixed(0)} MiB`,
  );
  if (warm.length < leastSamples) throw new Error(`only ${warm.length} samples of memory`);
  if (spread > FLAT_MIB)
    throw new Error(`the API's memory moved by ${spread.toFixed(0)} MiB while ${ticks} rows streamed`);
  return [
    { name: `${ticks.toExponential()} ticks as Arrow`, value: rows / seconds, unit: "rows/s" },
    { name: "memory of the API meanwhile, highest minus lowest", value: spread, unit: "MiB" },
    { name: "memory of the API meanwhile, highest", value: Math.max(...warm) / MIB, unit: "MiB" },
  ];
}
