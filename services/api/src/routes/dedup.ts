import { z } from "zod";
import type { Query } from "../clickhouse/query.ts";
import { type CountParams, type CountRow, finalCount, rawCount } from "../queries/dedup.ts";
import { stats, symbolQuery } from "../schemas.ts";
import { defineRoute, type Route } from "./route.ts";

const response = z.object({ symbol: z.string(), count: z.int(), stats }).meta({ id: "Count" });

function defineCount(path: string, summary: string, query: Query<CountParams, CountRow>): Route {
  return defineRoute({
    path,
    access: "data",
    summary,
    query: symbolQuery,
    response,
    async handle({ warehouse, query: { symbol }, signal, requestId }) {
      const { rows, stats } = await warehouse.query(query, { symbol }, { signal, requestId });
      return { symbol, count: Number(rows[0]?.count ?? 0), stats };
    },
  });
}

export const dedupRawCount = defineCount("/dedup/raw_count", "Ticks received, duplicates included", rawCount);
export const dedupFinalCount = defineCount(
  "/dedup/final_count",
  "Distinct ticks, busted trades left out",
  finalCount,
);
