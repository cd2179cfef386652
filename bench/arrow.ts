import { setTimeout as delay } from "node:timers/promises";
import { type Benchmark, type Figure, median } from "./benchmark.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";
import { type Measured, startMeasured } from "./tables/process.ts";
import { expectSameRows } from "./tables/sameRows.ts";
import { countArrow, drain, INSERT, SYMBOL, TICKS, windowOf } from "./tables/window.ts";

const ROUNDS = 5;
/** Windows of one side in a round, and the rows of each: what fits in the other side's memory as parsed objects. */
const WINDOWS = 3;
const ROWS = 100_000;
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
  async run(progress) {
    const bench = await startBenchCluster({ shards: 2 });
    const started: Measured[] = [];
    try {
      progress(`inserting ${TICKS.toExponential()} ticks`);
      await bench.run(INSERT);
      const api = await startMeasured("services/api/src/main.ts", bench);
      started.push(api);
      const parsed = await startMeasured("bench/tables/parsedApi.ts", bench);
      started.push(parsed);
      progress("holding one window of both sides against each other, row by row");
      await expectSameRows(
        `${api.url}/ticks?${windowOf(0, ROWS)}`,
        `${parsed.url}/ticks?${windowOf(0, ROWS)}`,
        ROWS,
      );
      return [...(await compare(bench, api, parsed, progress)), ...(await memoryOf(api, progress))];
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
  api: Measured,
  parsed: Measured,
  progress: (line: string) => void,
): Promise<Figure[]> {
  const side = (name: string, process: Measured, format: string): Side => ({
    ...{ name, process, format },
    ...{ rowsPerCpuSecond: [], clickhouseMs: [], bytes: 0 },
  });
  const sides = [side("Arrow", api, "&format=arrow"), side("parsed and re-serialised JSON", parsed, "")];
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const each of round % 2 === 0 ? sides : sides.toReversed()) await measure(bench, each, round);
    const [mine = 0, other = 1] = sides.map(({ rowsPerCpuSecond }) => rowsPerCpuSecond[round] ?? 0);
    ratios.push(mine / other);
    progress(
      `round ${round + 1}: ${sides.map((each) => `${each.name} ${(each.rowsPerCpuSecond[round] ?? 0).toFixed(0)}`).join(", ")} rows a CPU second`,
    );
  }
  return [
    ...sides.flatMap(({ name, rowsPerCpuSecond, clickhouseMs, bytes }) => [
      { name: `${name}, the API's process`, value: median(rowsPerCpuSecond), unit: "rows/CPU s" },
      {
        name: `${name}, ClickHouse`,
        value: median(clickhouseMs) / ((WINDOWS * ROWS) / 1e6),
        unit: "CPU ms/million rows",
      },
      { name: `${name}, on the wire`, value: bytes / (ROUNDS * WINDOWS * ROWS), unit: "bytes/row" },
    ]),
    { name: "Arrow over parsed JSON, rows a CPU second of the API", value: median(ratios), unit: "ratio" },
  ];
}

/** The same windows for both sides, other ones in each round. */
async function measure(bench: BenchCluster, side: Side, round: number): Promise<void> {
  const before = await side.process.cpuSeconds();
  const clickhouse = await clickhouseCpuMs(bench);
  for (let index = 0; index < WINDOWS; index += 1)
    side.bytes += await drain(
      `${side.process.url}/ticks?${windowOf(round * WINDOWS + index, ROWS)}${side.format}`,
    );
  side.rowsPerCpuSecond.push((WINDOWS * ROWS) / ((await side.process.cpuSeconds()) - before));
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
async function memoryOf(api: Measured, progress: (line: string) => void): Promise<Figure[]> {
  const url = `${api.url}/ticks?symbol=${SYMBOL}&limit=${TICKS}&format=arrow`;
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
  if (rows !== TICKS) throw new Error(`${rows} rows came, and not ${TICKS}`);
  const warm = samples.slice(Math.ceil(samples.length * WARM));
  const spread = (Math.max(...warm) - Math.min(...warm)) / MIB;
  progress(
    `${rows} rows, ${(bytes / MIB).toFixed(0)} MiB in ${seconds.toFixed(1)} s; ${warm.length} samples of memory, ${(Math.min(...warm) / MIB).toFixed(0)} to ${(Math.max(...warm) / MIB).toFixed(0)} MiB`,
  );
  if (warm.length < 20) throw new Error(`only ${warm.length} samples of memory`);
  if (spread > FLAT_MIB)
    throw new Error(`the API's memory moved by ${spread.toFixed(0)} MiB while ${TICKS} rows streamed`);
  return [
    { name: `${TICKS.toExponential()} ticks as Arrow`, value: rows / seconds, unit: "rows/s" },
    { name: "memory of the API meanwhile, highest minus lowest", value: spread, unit: "MiB" },
    { name: "memory of the API meanwhile, highest", value: Math.max(...warm) / MIB, unit: "MiB" },
  ];
}
