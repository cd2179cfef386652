/** A figure of a benchmark: what was measured on which machine is the report's to say. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `ms`, `ticks/s`, `bytes/tick`, or `ratio` of two figures of the same run. */
  readonly unit: string;
  /** Lowest and highest of the rounds whose median `value` is. */
  readonly spread?: readonly [low: number, high: number];
  /** What it was meant to be; a figure without one only informs. */
  readonly goal?: Goal;
  /** Where it is a point of a curve: the curve's name, and how many ticks were stored. */
  readonly curve?: { readonly name: string; readonly ticks: number };
}

/** Accepted values of a figure, in its unit. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number };

/** `short` has few rows and rounds: it shows that the benchmark works, and its goals say nothing. */
export type Size = "full" | "short";

/** One thing that is measured, with real servers of its own. */
export interface Benchmark {
  /** On the command line and in the results. */
  readonly name: string;
  readonly description: string;
  /** Throws where what was measured did not give the right answer: a wrong answer has no speed. */
  run(progress: (line: string) => void, size: Size): Promise<readonly Figure[]>;
}

export const isMet = (value: number, goal: Goal): boolean =>
  "atLeast" in goal ? value >= goal.atLeast : value <= goal.atMost;

/** The median of some rounds, with the lowest and the highest. */
export const figureOf = (name: string, values: readonly number[], unit: string, goal?: Goal): Figure => ({
  name,
  value: median(values),
  unit,
  spread: [Math.min(...values), Math.max(...values)],
  ...(goal !== undefined && { goal }),
});

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] =
    sorted.length % 2 === 0 ? sorted.slice(middle - 1) : [sorted[middle], sorted[middle]];
  return (low + high) / 2;
}

/** Milliseconds that something took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
