import { z } from "zod";
import { droppedTicks } from "../queries/dropped.ts";
import { withOrderedRange } from "../schemas.ts";
import { eventType, pageFields, tickRange } from "../tables/fields.ts";
import { defineTable } from "../tables/table.ts";
import { tickFields } from "../tables/tickSchema.ts";

const droppedTick = z
  .object({
    ...tickFields,
    reason: z.enum(["duplicate", "superseded", "busted"]).meta({
      description:
        "duplicate: another row of the same version is kept. superseded: a later version is. busted: the tick is a trade that was corrected to size 0.",
    }),
    keptVersion: z
      .int()
      .meta({ description: "sourceVersion of the row that is kept, or that busted the trade." }),
  })
  .meta({ id: "DroppedTick" });

export const dedupDropped = defineTable({
  path: "/dedup/dropped",
  summary: "Rows that deduplication leaves out, and why",
  description:
    "Of the raw ticks, within their retention, those that are not the kept row of their tick, and all rows of busted trades.",
  query: withOrderedRange(
    z.strictObject({
      ...tickRange,
      type: eventType,
      ...pageFields,
    }),
  ),
  name: "DroppedTicks",
  head: z.object({ symbol: z.string() }),
  list: "dropped",
  row: droppedTick,
  plan: ({ query }) => ({ head: { symbol: query.symbol }, paged: droppedTicks(query) }),
});
