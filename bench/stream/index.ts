import { setTimeout as pause } from "node:timers/promises";
import { pollUntil } from "../../infra/poll.ts";
import type { Benchmark, Size } from "../benchmark.ts";
import { type BenchCluster, startBenchCluster } from "../cluster.ts";
import { tick } from "../tick.ts";
import { type BenchApi, startApiProcess } from "./api.ts";
import { openNeverReading, openReader, type Reader } from "./clients.ts";

interface Amount {
  readonly clients: number;
  readonly seconds: number;
  /** Ticks a second of LOAD. */
  readonly load: number;
}
const AMOUNTS: Readonly<Record<Size, Amount>> = {
  full: { clients: 200, seconds: 60, load: 600 },
  short: { clients: 20, seconds: 8, load: 4_500 },
};
const SYMBOLS = ["AAPL", "MSFT", "NVDA", "AMZN", "TSLA"];
const TICKS_A_SECOND = 200;
const BLOCK_MS = 100;
/** A symbol that the client that never reads has alone, so that it fills what the kernel holds for it within the time. */
const SLOW_ALONE = "LOAD";
const BUFFER_BYTES = 262_144;
const ARRIVAL_MS = 20_000;

/** When a tick was sent and when ClickHouse had it, ms of this process, by its number. */
interface Moments {
  readonly sent: number[];
  readonly visible: number[];
}

/** The live stream with many clients and one that never reads: how late the others get each tick. */
export const stream: Benchmark = {
  name: "stream",
  description:
    "many clients of the live stream, one of which never reads: delay of the others, every tick checked",
  async run(progress, size) {
    const amount = AMOUNTS[size];
    const bench = await startBenchCluster({ shards: 2 });
    const readers: Reader[] = [];
    try {
      const api = await startApiProcess(bench, { STREAM_BUFFER_BYTES: String(BUFFER_BYTES) });
      const url = `${api.url}/stream?symbol=${SYMBOLS.join(",")}`;
      const slow = openNeverReading(`${url},${SLOW_ALONE}`);
      readers.push(...(await Promise.all(Array.from({ length: amount.clients - 1 }, () => openReader(url)))));
      const memoryBefore = api.memoryMb();
      progress(`${amount.clients} clients; ${TICKS_A_SECOND} ticks a second for ${amount.seconds} s`);
      const moments = await feed(bench, amount, progress);
      await untilAllArrived(readers, moments.sent.length);
      check(readers, moments.sent.length);
      const memoryAfter = api.memoryMb();
      const dropped = await droppedClients(api);
      slow.destroy();
      for (const reader of readers) reader.close();
      await api.stop();
      if (dropped !== 1)
        throw new Error(`${dropped} clients were dropped as too slow; expected: the one that never reads`);
      return [
        ...quantiles("visible in ClickHouse until received", delays(readers, moments.visible)),
        ...quantiles("insert begun until received", delays(readers, moments.sent)),
        { name: "ticks received, all clients", value: moments.sent.length * readers.length, unit: "ticks" },
        { name: "API's memory, clients connected", value: memoryBefore, unit: "MB" },
        { name: "API's memory, at the end", value: memoryAfter, unit: "MB" },
      ];
    } finally {
      for (const reader of readers) reader.close();
      await bench.stop();
    }
  },
};

/** Puts ticks in as Kafka's consumers do, at a steady rate. */
async function feed(bench: BenchCluster, amount: Amount, progress: (line: string) => void): Promise<Moments> {
  const [client] = bench.clients;
  if (client === undefined) throw new Error("a cluster without a node");
  const [sent, visible]: [number[], number[]] = [[], []];
  const offsets = SYMBOLS.map(() => 0);
  const began = performance.now();
  for (let block = 0; performance.now() - began < amount.seconds * 1_000; block += 1) {
    await pause(Math.max(0, began + block * BLOCK_MS - performance.now()));
    const first = sent.length;
    const due = Math.floor(((performance.now() - began) / 1_000 + BLOCK_MS / 1_000) * TICKS_A_SECOND) - first;
    const values = Array.from({ length: due }, (_, index) => message(first + index, offsets));
    for (let index = 0; index < due; index += 1) sent.push(performance.now());
    values.push(load(block, amount.load));
    await client.insert({ table: "ticks_messages", values, format: "JSONEachRow" });
    while (visible.length < sent.length) visible.push(performance.now());
    if (block % 100 === 99) progress(`${sent.length} ticks sent`);
  }
  return { sent, visible };
}

function message(number: number, offsets: number[]) {
  const partition = number % SYMBOLS.length;
  const offset = offsets[partition] ?? 0;
  offsets[partition] = offset + 1;
  return {
    message: tick(SYMBOLS[partition] ?? "", number),
    kafka_topic: "ticks",
    kafka_partition: partition,
    kafka_offset: offset,
  };
}

/** One message of many ticks in a partition of its own. */
function load(block: number, perSecond: number) {
  const ticks = Array.from({ length: (perSecond * BLOCK_MS) / 1_000 }, (_, index) =>
    tick(SLOW_ALONE, block * 1_000 + index),
  );
  return {
    message: ticks.join("\n"),
    kafka_topic: "ticks",
    kafka_partition: SYMBOLS.length,
    kafka_offset: block,
  };
}

async function untilAllArrived(readers: readonly Reader[], count: number): Promise<void> {
  const arrived = await pollUntil(ARRIVAL_MS, () =>
    readers.every(({ seen }) => seen.length >= count) ? true : undefined,
  );
  if (arrived === undefined) {
    const behind = readers.filter(({ seen }) => seen.length < count).length;
    throw new Error(`${behind} clients have not all of ${count} ticks after ${ARRIVAL_MS / 1000} s`);
  }
}

/** Every client has every tick once, those of a symbol in their order. */
function check(readers: readonly Reader[], count: number): void {
  for (const [index, { seen }] of readers.entries()) {
    const last = SYMBOLS.map(() => -1);
    for (const number of seen) {
      const symbol = number % SYMBOLS.length;
      const expected = (last[symbol] ?? 0) < 0 ? symbol : (last[symbol] ?? 0) + SYMBOLS.length;
      if (number !== expected)
        throw new Error(`client ${index} got tick ${number} where ${expected} was due`);
      last[symbol] = number;
    }
    if (seen.length !== count) throw new Error(`client ${index} got ${seen.length} ticks of ${count}`);
  }
}

async function droppedClients(api: BenchApi): Promise<number> {
  const text = await api.metrics();
  return Number(/stream_ends_total\{code="too_slow"\} (\d+)/.exec(text)?.[1] ?? 0);
}

const delays = (readers: readonly Reader[], since: readonly number[]): number[] =>
  readers.flatMap(({ seen, at }) =>
    seen.map((number, index) => (at[index] ?? Number.NaN) - (since[number] ?? 0)),
  );

function quantiles(name: string, values: number[]) {
  const sorted = Float64Array.from(values).sort();
  return [0.5, 0.99, 1].map((share) => ({
    name: `${name}, ${share === 1 ? "longest" : `p${share * 100}`}`,
    value: sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN,
    unit: "ms",
  }));
}
