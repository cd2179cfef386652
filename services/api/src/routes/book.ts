import { z } from "zod";
import { assembleBooks } from "../book/assemble.ts";
import { addStats } from "../clickhouse/stats.ts";
import { bookEvents, bookGaps, bookLevels } from "../queries/book.ts";
import { asOf, stats, symbol } from "../schemas.ts";
import { exchange } from "../tables/fields.ts";
import { dateTimeMicros, isoMicrosOf } from "../time.ts";
import { wholeNumber } from "../wholeNumber.ts";
import { defineRoute } from "./route.ts";

/** Ranges of missing numbers that are listed of each exchange; the count is exact beyond them. */
const LISTED_RANGES = 100;

const side = z.array(z.object({ price: z.number(), size: z.number() }).meta({ id: "Level" }));
const eventTime = z.string().meta({ format: "date-time", description: "UTC, microseconds." });
const seqId = z.string().meta({ pattern: "^[0-9]+$", description: "A 64-bit number as text." });

const oneBook = z
  .object({
    exchange: z.string(),
    bids: side.meta({ description: "Highest price first." }),
    asks: side.meta({ description: "Lowest price first." }),
    events: z.int().meta({ description: "Book events up to the moment, in their latest versions." }),
    firstEventTime: eventTime,
    lastEventTime: eventTime,
    missing: z
      .object({
        count: seqId.meta({ description: "How many numbers are missing; a 64-bit number as text." }),
        ranges: z
          .array(z.object({ first: seqId, last: seqId }))
          .max(LISTED_RANGES)
          .meta({ description: `The lowest ${LISTED_RANGES} ranges, both ends included.` }),
      })
      .meta({
        description:
          "Sequence numbers between the lowest and the highest of these events that no event has: with some missing, levels may be out of date.",
      }),
    crossed: z.boolean().meta({ description: "The best bid is at the best ask or above it." }),
  })
  .meta({ id: "Book" });

export const book = defineRoute({
  path: "/book",
  access: "data",
  summary: "The order book of each exchange at a moment",
  description:
    "Rebuilt from the `book` events up to `at`, `at` included: each tells a price level's new total size, 0 removes it, and of " +
    "one level the last event by (event time, sequence number) holds. Events count in their latest versions and once, in the " +
    "order of their time and not of their arrival: one that came late counts where it belongs. Nothing is known of a level that " +
    "was not told of since the first event.",
  query: z.strictObject({
    symbol,
    exchange,
    at: asOf.meta({ description: "The moment, microseconds; now when it is left out." }),
    levels: wholeNumber(1, 1_000, 10, "At most this many price levels of each side, the best."),
  }),
  response: z
    .object({ symbol: z.string(), at: eventTime, books: z.array(oneBook), stats })
    .meta({ id: "Books" }),
  async handle({ warehouse, query, signal, requestId }) {
    const at = query.at ?? Date.now() * 1_000;
    const params = { symbol: query.symbol, exchange: query.exchange ?? "", at: dateTimeMicros(at) };
    const options = { signal, requestId };
    const [levels, events] = await Promise.all([
      warehouse.query(bookLevels, { ...params, limit: query.levels }, options),
      warehouse.query(bookEvents, { ...params, limit: 0 }, options),
    ]);
    const answers = [levels.stats, events.stats];
    const complete = events.rows.every(({ missing }) => missing === "0");
    const gaps = complete
      ? undefined
      : await warehouse.query(bookGaps, { ...params, limit: LISTED_RANGES }, options);
    if (gaps !== undefined) answers.push(gaps.stats);
    return {
      symbol: query.symbol,
      at: isoMicrosOf(at),
      books: assembleBooks(events.rows, levels.rows, gaps?.rows ?? []),
      stats: addStats(answers),
    };
  },
});
