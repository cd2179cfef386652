import { z } from "zod";
import { dedupTicks, rawTicks } from "../queries/ticks.ts";
import { withOrderedRange } from "../schemas.ts";
import { eventType, flag, pageFields, tickRange } from "../tables/fields.ts";
import { defineTable } from "../tables/table.ts";
import { tickFields } from "../tables/tickSchema.ts";

export const ticks = defineTable({
  path: "/ticks",
  summary: "Ticks of a symbol",
  description:
    "Trades, quotes and book events by event time, each once and in its latest version; busted trades (corrected to size 0) " +
    "are left out. `raw=true`: every row that came, duplicates and older versions included.",
  query: withOrderedRange(
    z.strictObject({
      ...tickRange,
      type: eventType,
      raw: flag("Every row that came, as it came."),
      ...pageFields,
    }),
  ),
  name: "Ticks",
  head: z.object({ symbol: z.string() }),
  list: "ticks",
  row: z.object(tickFields).meta({ id: "Tick" }),
  plan({ query }) {
    return { head: { symbol: query.symbol }, paged: query.raw ? rawTicks(query) : dedupTicks(query) };
  },
});
