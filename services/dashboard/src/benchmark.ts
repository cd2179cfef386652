import type { Bar, BarsAnswer, Stats } from "./api.ts";
import { sameBar } from "./series.ts";

/** Medians of one side's runs. */
export interface SideFigures extends Stats {
  readonly roundTripMs: number;
}

export interface Comparison {
  readonly fast: SideFigures;
  readonly slow: SideFigures;
  readonly bars: number;
  /** Minutes whose bars differ, or that only one side has. */
  readonly different: number;
}

export type Run = Pick<BarsAnswer, "bars" | "stats"> & { readonly roundTripMs: number };

/** The middle of the values; of two middles, their mean. NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** Number of minutes in which two answers are not the same to the bit. */
export function countDifferent(a: readonly Bar[], b: readonly Bar[]): number {
  const other = new Map(b.map((bar) => [bar.minute, bar]));
  const unmatched = a.filter((bar) => !sameBar(bar, other.get(bar.minute))).length;
  const minutes = new Set(a.map((bar) => bar.minute));
  return unmatched + b.filter((bar) => !minutes.has(bar.minute)).length;
}

/**
 * Runs both sides in turn, each first in every other round, so that a warm cache or a busy moment favours neither.
 * @param rounds at least 1
 */
export async function compare(
  run: (side: "fast" | "slow") => Promise<Run>,
  rounds: number,
  onRound: (done: number) => void,
): Promise<Comparison> {
  const runs: Record<"fast" | "slow", Run[]> = { fast: [], slow: [] };
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? (["fast", "slow"] as const) : (["slow", "fast"] as const);
    for (const side of order) runs[side].push(await run(side));
    onRound(round + 1);
  }
  const fastBars = runs.fast.at(-1)?.bars ?? [];
  const slowBars = runs.slow.at(-1)?.bars ?? [];
  return {
    fast: figures(runs.fast),
    slow: figures(runs.slow),
    bars: Math.max(fastBars.length, slowBars.length),
    different: countDifferent(fastBars, slowBars),
  };
}

const figures = (runs: readonly Run[]): SideFigures => ({
  elapsedMs: median(runs.map((run) => run.stats.elapsedMs)),
  rowsRead: median(runs.map((run) => run.stats.rowsRead)),
  bytesRead: median(runs.map((run) => run.stats.bytesRead)),
  roundTripMs: median(runs.map((run) => run.roundTripMs)),
});
