import type { QueryAnswer } from "../clickhouse/query.ts";
import type { BarRow } from "../queries/bars.ts";
import { type BarDifference, firstDifference } from "./firstDifference.ts";
import { median } from "./median.ts";

/** Asks one of the two paths for its bars. */
export type AskBars = () => Promise<QueryAnswer<BarRow>>;

/** One path's figures; times in the order of the runs. */
export interface PathFigures {
  readonly elapsedMs: number[];
  readonly medianMs: number;
  /** Of the last run. */
  readonly rowsRead: number;
  readonly bytesRead: number;
}

export interface BenchmarkResult {
  /** Of the last run's fast answer. */
  readonly bars: number;
  /** Whether the two answers had the same bits in every run. */
  readonly equal: boolean;
  readonly difference: BarDifference | null;
  readonly fast: PathFigures;
  readonly slow: PathFigures;
  /** Slow median over fast median; null when the fast one took no measurable time. */
  readonly speedup: number | null;
}

/**
 * Asks both paths `runs` times, one after the other, and the other one first in every second run: neither is helped
 * by what its neighbour left in the caches. The two answers of each run are compared; the first difference is kept.
 */
export async function runBenchmark(runs: number, fast: AskBars, slow: AskBars): Promise<BenchmarkResult> {
  const fastAnswers: QueryAnswer<BarRow>[] = [];
  const slowAnswers: QueryAnswer<BarRow>[] = [];
  let bars = 0;
  let difference: BarDifference | undefined;
  for (let run = 0; run < runs; run += 1) {
    const steps = [
      async () => void fastAnswers.push(await fast()),
      async () => void slowAnswers.push(await slow()),
    ];
    for (const step of run % 2 === 0 ? steps : steps.reverse()) await step();
    const [one, other] = [fastAnswers.at(-1)?.rows ?? [], slowAnswers.at(-1)?.rows ?? []];
    bars = one.length;
    difference ??= firstDifference(one, other);
  }
  const [fastFigures, slowFigures] = [figures(fastAnswers), figures(slowAnswers)];
  return {
    bars,
    equal: difference === undefined,
    difference: difference ?? null,
    fast: fastFigures,
    slow: slowFigures,
    speedup: fastFigures.medianMs > 0 ? slowFigures.medianMs / fastFigures.medianMs : null,
  };
}

function figures(answers: readonly QueryAnswer<BarRow>[]): PathFigures {
  const elapsedMs = answers.map(({ stats }) => stats.elapsedMs);
  const last = answers.at(-1)?.stats;
  return {
    elapsedMs,
    medianMs: median(elapsedMs),
    rowsRead: last?.rowsRead ?? 0,
    bytesRead: last?.bytesRead ?? 0,
  };
}
