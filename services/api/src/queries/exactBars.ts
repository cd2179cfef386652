import type { Query, QueryParams } from "../clickhouse/query.ts";
import { INTERVALS, type Interval } from "../intervals.ts";
import { type Bounds, type KeyColumn, type Order, orderBy } from "../tables/keyset.ts";
import type { PagedRows } from "../tables/page.ts";
import { dateTimeMicros, startAtOrAfter } from "../time.ts";
import { BAR, barsOfMinutes, type Decimals, finalAt, START } from "./exactBarSql.ts";

/** Which bars. Times are microseconds since 1970. A bar belongs to the range when it begins in it. */
export interface ExactBarsFilter {
  readonly symbol: string;
  readonly exchange?: string | undefined;
  readonly interval: Interval;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** What became known after this moment is left aside; now, where there is none. */
  readonly as_of?: number | undefined;
  readonly order: Order;
  /** How sums are written: as the nearest double, or with all their digits. */
  readonly decimals: Decimals;
  /** How long after its end a bar may still change. */
  readonly latenessSeconds: number;
}

const KEY: readonly KeyColumn[] = [{ type: "DateTime('UTC')", sql: "key_0" }];

/** Minutes of the bars whose starts are in a page. */
const MINUTES = {
  desc: {
    after: "b.minute < {after_0:DateTime('UTC')}",
    first: `b.minute < {first_0:DateTime('UTC')} + ${BAR}`,
    last: "b.minute >= {last_0:DateTime('UTC')}",
  },
  asc: {
    after: `b.minute >= {after_0:DateTime('UTC')} + ${BAR}`,
    first: "b.minute >= {first_0:DateTime('UTC')}",
    last: `b.minute < {last_0:DateTime('UTC')} + ${BAR}`,
  },
} as const;

const EDGES = ["after", "first", "last"] as const;

const paramsOf = (filter: ExactBarsFilter): QueryParams => {
  const { symbol, exchange, interval, from, to, as_of, latenessSeconds } = filter;
  const seconds = INTERVALS[interval];
  return {
    symbol,
    seconds,
    lateness: latenessSeconds,
    ...(exchange !== undefined && { exchange }),
    ...(from !== undefined && { from: startAtOrAfter(from, seconds) }),
    ...(to !== undefined && { to: startAtOrAfter(to, seconds) }),
    ...(as_of !== undefined && { asOf: dateTimeMicros(as_of) }),
  };
};

/** Conditions on `bars_1m_all AS b`: whole bars, and what was known of them. */
const conditions = ({ exchange, from, to, as_of, order }: ExactBarsFilter, bounds: Bounds): string =>
  [
    "b.symbol = {symbol:String}",
    ...(exchange === undefined ? [] : ["b.exchange = {exchange:String}"]),
    ...(from === undefined ? [] : ["b.minute >= {from:DateTime('UTC')}"]),
    ...(to === undefined ? [] : ["b.minute < {to:DateTime('UTC')}"]),
    ...(as_of === undefined ? [] : ["b.known_at <= {asOf:DateTime64(6, 'UTC')}"]),
    ...(bounds.none === true ? ["0"] : []),
    ...EDGES.filter((edge) => bounds[edge] !== undefined).map((edge) => MINUTES[order][edge]),
  ].join(" AND ");

const momentOf = ({ as_of }: ExactBarsFilter): string =>
  as_of === undefined ? "now64(6, 'UTC')" : "{asOf:DateTime64(6, 'UTC')}";

const selectBars = (filter: ExactBarsFilter, bounds: Bounds): string =>
  `SELECT * EXCEPT (symbol) FROM (${barsOfMinutes({
    which: conditions(filter, bounds),
    moment: momentOf(filter),
    decimals: filter.decimals,
  })}) ${orderBy(["time"], filter.order)}`;

/**
 * The starts of bars that have trades, read in the order of the minutes: a page of the newest bars reads as many minutes
 * as it needs, however long the history is.
 */
const selectStarts = (filter: ExactBarsFilter, bounds: Bounds): string => `
        SELECT ${START} AS key_0
        FROM
        (
            SELECT b.minute AS minute, b.trades AS trades
            FROM bars_1m_all AS b
            WHERE ${conditions(filter, bounds)}
            ${orderBy(["b.minute", "b.exchange"], filter.order)}, b.revision DESC
            LIMIT 1 BY b.minute, b.exchange
        )
        WHERE trades > 0
        ${orderBy(["minute"], filter.order)}
        LIMIT 1 BY key_0`;

export const exactBars = (filter: ExactBarsFilter): PagedRows => ({
  name: "bars_exact",
  order: filter.order,
  key: KEY,
  params: paramsOf(filter),
  keys: (bounds) => selectStarts(filter, bounds),
  rows: (bounds) => selectBars(filter, bounds),
  superset: (bounds) => `SELECT 1 FROM bars_1m_all AS b WHERE ${conditions(filter, bounds)}`,
});

/**
 * What changes whenever one of a page's bars does: every change adds a revision, known later than those before it. A bar
 * also becomes final by the mere passing of time.
 */
export const barsFingerprint = (
  filter: ExactBarsFilter,
  bounds: Bounds,
): Query<QueryParams, { readonly fingerprint: string }> => ({
  name: "bars_fingerprint",
  sql: `
WITH ${momentOf(filter)} AS moment
SELECT concat(toString(count()), ' ', toString(countIf(moment >= final_at)), ' ', toString(sum(revisions)), ' ', toString(max(known))) AS fingerprint
FROM
(
    SELECT ${START} AS start, max(b.known_at) AS known, uniqExact(b.minute, b.exchange, b.revision) AS revisions, ${finalAt("b.first_known_at")} AS final_at
    FROM bars_1m_all AS b
    WHERE ${conditions(filter, bounds)}
    GROUP BY start
)`,
});
