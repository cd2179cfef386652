import { z } from "zod";
import { addStats } from "../clickhouse/stats.ts";
import { INTERVAL_NAMES, INTERVALS } from "../intervals.ts";
import { microstructure as figures } from "../microstructure/figures.ts";
import { createRangeParams, microstructureRange } from "../microstructure/range.ts";
import { interval, rangeFields, stats, withOrderedRange } from "../schemas.ts";
import { exchange } from "../tables/fields.ts";
import { startAtOrAfter } from "../time.ts";
import { defineRoute } from "./route.ts";

/** Parts of a bucket over which Kyle's lambda is regressed: seconds of a minute, minutes of an hour. */
const PARTS = 60;

const figure = (description: string) => z.number().nullable().meta({ description });

const bucket = z
  .object({
    time: z.string().meta({ format: "date-time", description: "Start of the bucket, UTC." }),
    exchange: z.string(),
    trades: z.int().meta({ description: "Trades, busted ones left out." }),
    quotes: z.int().meta({ description: "Quote updates; both sides told at once are one." }),
    mid: figure("(bid + ask) / 2 at the end of the bucket, of the last known bid and ask; quote currency."),
    quotedSpread: figure(
      "Mean of ask - bid over the quote updates. Huang, Stoll, Dealer versus auction markets, J. Financial Economics 41, 1996.",
    ),
    timeWeightedSpread: figure(
      "Mean of ask - bid, each weighted with the microseconds that it held within the bucket. McInish, Wood, J. Finance 47, 1992.",
    ),
    relativeSpreadBps: figure(
      "Mean of 10000 (ask - bid) / mid over the quote updates, basis points. Huang, Stoll 1996.",
    ),
    effectiveSpread: figure(
      "Mean of 2 d (price - mid) over the trades, d = 1 where the buyer was the aggressor and -1 where the seller was, mid of the last quote strictly before the trade. Huang, Stoll 1996; Holden, Jacobsen, J. Finance 69, 2014.",
    ),
    tradeImbalance: figure(
      "(bought - sold) / (bought + sold), units by aggressor. Chordia, Roll, Subrahmanyam, J. Financial Economics 65, 2002.",
    ),
    quoteImbalance: figure(
      "Mean of (bid size - ask size) / (bid size + ask size) over the quote updates. Cartea, Jaimungal, Penalva, Algorithmic and High-Frequency Trading, 2015.",
    ),
    orderFlowImbalance: figure(
      "Sum over the quote updates of [b >= b'] q - [b <= b'] q' - [a <= a'] r + [a >= a'] r', with bid b of size q and ask a of size r, and ' what they were before; units. Cont, Kukanov, Stoikov, The Price Impact of Order Book Events, J. Financial Econometrics 12, 2014.",
    ),
    kyleLambda: figure(
      "Slope of the least squares line (with intercept) of the change of mid on signed volume (bought - sold), quote currency for one unit. Kyle, Continuous Auctions and Insider Trading, Econometrica 53, 1985. Null for fewer than three points, or one volume.",
    ),
  })
  .meta({ id: "Microstructure" });

export const microstructure = defineRoute({
  path: "/microstructure",
  access: "data",
  summary: "Spreads, imbalances and price impact of each bucket and exchange",
  description:
    "From deduplicated trades and quotes, newest bucket first, at most `limit` buckets in which something came; a bucket is in the " +
    "range when it begins in it. The best bid and ask are the last ones told of, of the same UTC day: none is carried over midnight. A side " +
    "whose price or size is told as 0 is withdrawn. A bid and an ask that follow each other with one event time, and numbers that are equal " +
    "or one apart, are one update. The last quote holds until the end of its bucket, or until now where that is earlier. " +
    `Kyle's lambda is regressed over the ${PARTS}ths of the bucket (seconds of a minute, minutes of an hour) that hold a trade ` +
    "with a known aggressor and begin and end with a known mid. A figure is null where there is nothing to compute it from. Sums are made of the decimals that the source " +
    "wrote and rounded once; the terms of `relativeSpreadBps` and `quoteImbalance` are cut after 18 places.",
  query: withOrderedRange(z.strictObject({ ...rangeFields, exchange, interval })),
  response: z
    .object({ symbol: z.string(), interval: z.enum(INTERVAL_NAMES), buckets: z.array(bucket), stats })
    .meta({ id: "MicrostructureBuckets" }),
  async handle({ warehouse, query, signal, requestId }) {
    const options = { signal, requestId };
    const range = createRangeParams(query);
    const { seconds } = range;
    const found = await warehouse.query(microstructureRange, range, options);
    const { first = 0, last = 0 } = found.rows[0] ?? {};
    const answer = { symbol: query.symbol, interval: query.interval };
    // Buckets of 1970 hold nothing: the least time that a tick may have is later.
    if (last === 0) return { ...answer, buckets: [], stats: found.stats };
    const params = {
      symbol: range.symbol,
      exchange: range.exchange,
      seconds,
      partSeconds: INTERVALS[query.interval] / PARTS,
      first: startAtOrAfter(first * 1_000_000, seconds),
      end: startAtOrAfter((last + seconds) * 1_000_000, seconds),
    };
    const { rows, stats } = await warehouse.query(figures, params, options);
    return {
      ...answer,
      buckets: [...rows],
      stats: addStats([found.stats, stats]),
    };
  },
});
