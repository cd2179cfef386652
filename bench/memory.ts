import { setTimeout as pause } from "node:timers/promises";
import { pollUntil } from "../infra/poll.ts";
import { openWarehouse } from "../tests/support/warehouse.ts";
import type { StackOutputs } from "../tools/outputsOf.ts";
import { type Benchmark, type Figure, figureOf, type Size } from "./benchmark.ts";
import { createLocalStack, type LocalStack } from "./localStack.ts";
import { residentBytes } from "./processes.ts";

const RATE = 20_000;
const SYMBOLS = ["AAPL", "MSFT", "NVDA", "AMZN", "TSLA"];
const SAMPLE_MS = 1_000;
const GIB = 2 ** 30;
const ARRIVAL_MS = 60_000;
/** A stack that takes less than this part of what is sent is not one at the rate. */
const KEEPING_UP = 0.9;

const SIZES = {
  full: { warmMs: 60_000, ms: 120_000 },
  short: { warmMs: 2_000, ms: 5_000 },
} as const satisfies Record<Size, { warmMs: number; ms: number }>;

/**
 * Resident memory of every process of the stack: broker, two ClickHouse nodes, bars, API, and the producer that makes the
 * ticks. PSS, so that the library that both nodes map counts once; what the kernel caches of files is not in it.
 */
export const memory: Benchmark = {
  name: "memory",
  description: `resident memory of the whole local stack at ${RATE} ticks/s`,
  async run(progress, size) {
    const { warmMs, ms } = SIZES[size];
    const stack = await createLocalStack();
    try {
      stack.checkout.set("simulateRate", RATE);
      progress("bringing the stack up");
      await stack.npm("up");
      const warehouse = openWarehouse(JSON.parse((await stack.npm("outputs")).stdout) as StackOutputs);
      const count = async () => {
        let sum = 0;
        for (const symbol of SYMBOLS) sum += await warehouse.rawCount(symbol);
        return sum;
      };
      if ((await pollUntil(ARRIVAL_MS, async () => ((await count()) > 0 ? true : undefined))) === undefined)
        throw new Error(`no tick arrived within ${ARRIVAL_MS / 1000} s`);
      await pause(warmMs);
      const [first, started] = [await count(), performance.now()];
      const all: number[] = [];
      const each = new Map<string, number[]>();
      while (performance.now() - started < ms) {
        const parts = bytesByProcess(stack);
        all.push([...parts.values()].reduce((sum, bytes) => sum + bytes, 0) / GIB);
        for (const [name, bytes] of parts) each.set(name, [...(each.get(name) ?? []), bytes / GIB]);
        await pause(SAMPLE_MS);
      }
      const rate = ((await count()) - first) / ((performance.now() - started) / 1_000);
      progress(
        `${Math.round(rate)} ticks/s stored, ${all.length} samples, highest ${Math.max(...all).toFixed(2)} GiB`,
      );
      if (rate < RATE * KEEPING_UP)
        throw new Error(
          `${Math.round(rate)} ticks/s were stored, expected ${RATE}: the stack did not keep up`,
        );
      const figures: Figure[] = [
        { name: "all processes, highest", value: Math.max(...all), unit: "GiB", goal: { atMost: 2 } },
        figureOf("all processes", all, "GiB"),
      ];
      return [...figures, ...[...each].map(([name, values]) => figureOf(name, values, "GiB"))];
    } finally {
      await stack.stop();
    }
  },
};

/** By the folder that a process runs in, which is named after it. */
function bytesByProcess({ checkout }: LocalStack): Map<string, number> {
  const parts = new Map<string, number>();
  for (const line of checkout.processes()) {
    const name =
      /services\/(\w+)\/dist/.exec(line)?.[1] ??
      /(clickhouse-\d+)\/etc/.exec(line)?.[1] ??
      (line.includes("kafka.Kafka") ? "kafka" : "other");
    parts.set(name, (parts.get(name) ?? 0) + residentBytes([Number.parseInt(line, 10)]));
  }
  return parts;
}
