import { z } from "zod";
import type { Query } from "../clickhouse/query.ts";
import { type BarRow, type BarsParams, createBarsParams, fastBars, slowBars } from "../queries/bars.ts";
import { bar, rangeQuery, stats } from "../schemas.ts";
import { defineRoute, type Route } from "./route.ts";

const response = z.object({ symbol: z.string(), bars: z.array(bar), stats }).meta({ id: "Backtest" });

function defineBacktest(path: string, summary: string, query: Query<BarsParams, BarRow>): Route {
  return defineRoute({
    path,
    access: "data",
    summary,
    description:
      "One-minute bars, newest first, exchanges merged. A bar is in the range when its minute begins in it.",
    query: rangeQuery,
    response,
    async handle({ warehouse, query: range, signal, requestId }) {
      const { rows, stats } = await warehouse.query(query, createBarsParams(range), { signal, requestId });
      return { symbol: range.symbol, bars: [...rows], stats };
    },
  });
}

export const backtestFast = defineBacktest("/backtest/fast", "Bars from the one-minute aggregates", fastBars);
export const backtestSlow = defineBacktest(
  "/backtest/slow",
  "The same bars computed from every deduplicated tick",
  slowBars,
);
