import { type Bounds, keyWithin, orderBy } from "../tables/keyset.ts";
import type { PagedRows } from "../tables/page.ts";
import {
  countable,
  IDENTITY,
  keyed,
  keyNames,
  ofType,
  type TickFilter,
  tickConditions,
  tickParams,
} from "./ticks.ts";

/** A quote's two ticks share time, number and venue. */
const QUOTE_KEY = IDENTITY.slice(0, 3);

const LATEST = "(t.source_version, t.ingest_time, t.kafka_partition, t.kafka_offset, t.kafka_line)";

const ofSide = (column: "price" | "size", side: "buy" | "sell"): string =>
  `argMaxOrNullIf(t.${column}, ${LATEST}, t.side = '${side}')`;

/** Bid and ask of each quote in their latest versions; a side that did not come is NULL. */
export function pairedQuotes(filter: Omit<TickFilter, "type">): PagedRows {
  const { order } = filter;
  const quotes = { ...filter, type: "quote" } as const;
  const where = (bounds: Bounds): string =>
    [...tickConditions(quotes), ...ofType("quote"), ...keyWithin(QUOTE_KEY, bounds, order)].join(" AND ");
  return {
    name: "quotes",
    order,
    key: QUOTE_KEY,
    params: tickParams(quotes),
    keys: (bounds) => `
        SELECT ${keyed(QUOTE_KEY)}
        FROM ticks_dedup_all AS t
        WHERE ${where(bounds)}
        ${orderBy(["t.event_time", "t.seq_id", "t.exchange"], order)}
        LIMIT 1 BY t.event_time, t.seq_id, t.exchange`,
    rows: (bounds) => `
    SELECT key_2 AS exchange, key_0 AS eventTime, key_1 AS seqId, bid, bidSize, ask, askSize
    FROM
    (
        SELECT
            ${keyed(QUOTE_KEY)},
            ${ofSide("price", "buy")} AS bid,
            ${ofSide("size", "buy")} AS bidSize,
            ${ofSide("price", "sell")} AS ask,
            ${ofSide("size", "sell")} AS askSize
        FROM ticks_dedup_all AS t
        WHERE ${where(bounds)}
        GROUP BY ${keyNames(QUOTE_KEY).join(", ")}
    )
    ${orderBy(keyNames(QUOTE_KEY), order)}`,
    superset: (bounds) => countable("ticks_dedup_all", quotes, QUOTE_KEY, bounds),
  };
}
