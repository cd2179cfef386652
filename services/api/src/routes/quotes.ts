import { z } from "zod";
import { pairedQuotes } from "../queries/quotes.ts";
import { withOrderedRange } from "../schemas.ts";
import { pageFields, tickRange } from "../tables/fields.ts";
import { defineTable } from "../tables/table.ts";
import { tickFields } from "../tables/tickSchema.ts";

const side = (description: string) => z.number().nullable().meta({ description });

const quote = z
  .object({
    exchange: tickFields.exchange,
    eventTime: tickFields.eventTime,
    seqId: tickFields.seqId,
    bid: side("Best bid, quote currency; null where that side did not come."),
    bidSize: side("Units at the bid."),
    ask: side("Best ask, quote currency; null where that side did not come."),
    askSize: side("Units at the ask."),
  })
  .meta({ id: "Quote" });

export const quotes = defineTable({
  path: "/quotes",
  summary: "Bids and asks of a symbol",
  description: "Bid and ask that share exchange, event time and number, each in its latest version.",
  query: withOrderedRange(
    z.strictObject({
      ...tickRange,
      ...pageFields,
    }),
  ),
  name: "Quotes",
  head: z.object({ symbol: z.string() }),
  list: "quotes",
  row: quote,
  plan: ({ query }) => ({ head: { symbol: query.symbol }, paged: pairedQuotes(query) }),
});
