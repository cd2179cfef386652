import { z } from "zod";
import { runBenchmark } from "../benchmark/runBenchmark.ts";
import { createBarsParams, fastBars, slowBars } from "../queries/bars.ts";
import { bar, rangeFields, withOrderedRange } from "../schemas.ts";
import { wholeNumber } from "../wholeNumber.ts";
import { defineRoute } from "./route.ts";

const figures = z
  .object({
    elapsedMs: z.array(z.number()).meta({ description: "Time inside ClickHouse of each run, milliseconds." }),
    medianMs: z.number(),
    rowsRead: z.int().meta({ description: "Rows read by the last run, over all shards." }),
    bytesRead: z.int().meta({ description: "Bytes read by the last run, uncompressed." }),
  })
  .meta({ id: "BenchmarkFigures" });

const oneBar = bar.nullable().meta({ description: "Null where this path has no such bar." });

export const benchmark = defineRoute({
  path: "/benchmark",
  access: "data",
  summary: "The slow path against the fast one, and whether they agree",
  description:
    "Asks `/backtest/fast` and `/backtest/slow` for the same one-minute bars, one after the other, `runs` times; in every " +
    "second run the slow one first. The answers of each run are compared bit for bit: `equal` holds when they were the same " +
    "in every run, else `difference` is the newest minute in which the first unequal run differs. They differ where ticks " +
    "came twice or were corrected, which only the slow path knows, and in the current minute while ticks arrive: choose a " +
    "`to` in the past. `speedup` is the slow median over the fast one, null where the fast one took no measurable time.",
  query: withOrderedRange(
    z.strictObject({
      ...rangeFields,
      runs: wholeNumber(1, 20, 3, "How often each path is asked."),
    }),
  ),
  response: z
    .object({
      symbol: z.string(),
      bars: z.int().meta({ description: "Bars in the answer." }),
      runs: z.int(),
      equal: z.boolean(),
      difference: z.object({ minute: z.string(), fast: oneBar, slow: oneBar }).nullable(),
      fast: figures,
      slow: figures,
      speedup: z.number().nullable(),
    })
    .meta({ id: "Benchmark" }),
  async handle({ warehouse, query, signal, requestId }) {
    const params = createBarsParams(query);
    const result = await runBenchmark(
      query.runs,
      () => warehouse.query(fastBars, params, { signal, requestId }),
      () => warehouse.query(slowBars, params, { signal, requestId }),
    );
    return { symbol: query.symbol, runs: query.runs, ...result };
  },
});
