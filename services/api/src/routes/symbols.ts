import { z } from "zod";
import { symbols as symbolsQuery } from "../queries/symbols.ts";
import { stats } from "../schemas.ts";
import { defineRoute } from "./route.ts";

const eventTime = z.string().meta({ format: "date-time", description: "UTC, microseconds." });

const row = z
  .object({
    symbol: z.string(),
    exchanges: z.array(z.string()),
    ticks: z.int().meta({ description: "Ticks received of every kind, duplicates included." }),
    trades: z.int().meta({ description: "Trades among them, duplicates included." }),
    firstEventTime: eventTime,
    lastEventTime: eventTime,
  })
  .meta({ id: "Symbol" });

export const symbols = defineRoute({
  path: "/symbols",
  access: "data",
  summary: "Symbols that have ticks",
  query: z.strictObject({}),
  response: z.object({ symbols: z.array(row), stats }).meta({ id: "Symbols" }),
  async handle({ warehouse, signal, requestId }) {
    const { rows, stats } = await warehouse.query(symbolsQuery, {}, { signal, requestId });
    return {
      symbols: rows.map((found) => ({
        ...found,
        exchanges: [...found.exchanges],
        ticks: Number(found.ticks),
        trades: Number(found.trades),
      })),
      stats,
    };
  },
});
