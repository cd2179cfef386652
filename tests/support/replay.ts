import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Tick } from "../../services/common/src/index.ts";
import type { Checkout } from "./checkout.ts";
import { barDifferences, plainBars } from "./plainLoop.ts";
import { isoMicros } from "./ticks.ts";
import type { Warehouse } from "./warehouse.ts";

/** Writes ticks as JSON lines into a checkout; the file's path. */
export function writeTicks(checkout: Checkout, name: string, ticks: readonly Tick[]): string {
  const path = join(checkout.path, name);
  writeFileSync(path, ticks.map((tick) => `${JSON.stringify(tick)}\n`).join(""));
  return path;
}

const VIEW_DEADLINE_MS = 10_000;

/** Replays a file, then compares counts and every bar of every symbol in it with a plain loop over it. */
export async function replayAndCompare(
  checkout: Checkout,
  warehouse: Warehouse,
  path: string,
  ticks: readonly Tick[],
): Promise<void> {
  const produced = await checkout.npm("produce", "replay", path);
  expect(produced.exitCode, produced.all).toBe(0);
  for (const symbol of symbolsOf(ticks)) {
    const sent = ticks.filter((tick) => tick.symbol === symbol);
    await warehouse.untilRawCount(symbol, sent.length);
    expect(await warehouse.rawCount(symbol)).toBe(sent.length);
    await warehouse.untilFinalCount(symbol, sent.length);
    // A tick is in the views a moment after it is in the table.
    const differences = async () =>
      barDifferences(await warehouse.bars("fast", symbol), plainBars(sent, symbol));
    await expect.poll(differences, { timeout: VIEW_DEADLINE_MS }).toEqual([]);
  }
  await compareExact(warehouse, ticks);
}

/** Compares what is exact whatever happened on the way: the deduplicated count and the bars made of it. */
export async function compareExact(warehouse: Warehouse, ticks: readonly Tick[]): Promise<void> {
  for (const symbol of symbolsOf(ticks)) {
    expect(await warehouse.finalCount(symbol)).toBe(ticks.filter((tick) => tick.symbol === symbol).length);
    expect(barDifferences(await warehouse.bars("slow", symbol), plainBars(ticks, symbol))).toEqual([]);
  }
}

export const symbolsOf = (ticks: readonly Tick[]): string[] => [...new Set(ticks.map((tick) => tick.symbol))];

/** The same ticks with their times spread evenly over some seconds, in order. */
export function spread(ticks: readonly Tick[], seconds: number): Tick[] {
  const start = 1_700_000_000_000_000n;
  return ticks
    .toSorted((a, b) => Number(a.seq_id) - Number(b.seq_id))
    .map((tick, index) => ({
      ...tick,
      event_time: isoMicros(start + BigInt(Math.floor((index * seconds * 1_000_000) / ticks.length))),
    }));
}
