import type { Query } from "../clickhouse/query.ts";
import { nearestFloat } from "../queries/sql.ts";
import { TERMS, where, ZERO } from "./terms.ts";

export type MicrostructureParams = {
  readonly symbol: string;
  /** Empty for all. */
  readonly exchange: string;
  readonly seconds: number;
  /** Length of a part of a bucket, seconds. */
  readonly partSeconds: number;
  /** Start of the first bucket, `2025-11-10 17:23:00` UTC. */
  readonly first: string;
  /** End of the last bucket. */
  readonly end: string;
};

/** One bucket of one exchange; null where there is nothing to compute it from. */
export interface MicrostructureRow {
  /** Start of the bucket, `2025-11-10T17:23:00Z`. */
  readonly time: string;
  readonly exchange: string;
  readonly trades: number;
  readonly quotes: number;
  readonly mid: number | null;
  readonly quotedSpread: number | null;
  readonly timeWeightedSpread: number | null;
  readonly relativeSpreadBps: number | null;
  readonly effectiveSpread: number | null;
  readonly tradeImbalance: number | null;
  readonly quoteImbalance: number | null;
  readonly orderFlowImbalance: number | null;
  readonly kyleLambda: number | null;
}

/** A line through fewer points would tell nothing. */
const LEAST_POINTS = 3;

const PART = "({partSeconds:UInt32} * 1000000)";

/** Each row, once for every part of a bucket that its quote reaches into: `told` in the one where it stands itself. */
const PIECES = `
    SELECT
        *,
        intDiv(at, ${PART}) AS own,
        arrayJoin(range(
            toUInt64(greatest(own, intDiv(toUnixTimestamp({first:DateTime('UTC')}), {partSeconds:UInt32}))),
            toUInt64(intDiv(greatest(at, next_at - 1), ${PART}) + 1)
        )) AS part,
        part = own AS told,
        if(known, greatest(0, least(next_at, (part + 1) * ${PART}) - greatest(at, part * ${PART})), 0) AS micros
    FROM (${TERMS})`;

/** Sums over each part. */
const PARTS = `
    SELECT
        exchange,
        part,
        countIf(told AND traded) AS trade_count,
        countIf(told AND NOT traded) AS quote_count,
        countIf(told AND updated) AS update_count,
        sumIf(spread, told AND updated) AS spreads,
        sumIf(relative_spread, told) AS relative_spreads,
        sumIf(depth_imbalance, told) AS depth_imbalances,
        countIf(told AND flowed) AS flow_count,
        sumIf(flow, told) AS flow_sum,
        sum(micros) AS known_micros,
        sum(spread * micros) AS weighted_spreads,
        countIf(told AND measured) AS measured_count,
        sumIf(effective_spread, told) AS effective_spreads,
        sumIf(signed_size, told AND bought) AS bought_size,
        sumIf(signed_size, told AND NOT bought) AS sold_size,
        argMinIf(tuple(previous_mid2), place, told).1 AS mid2_before,
        max(place) AS last_place,
        argMax(tuple(mid2), place).1 AS mid2_after,
        countIf(told AND signed) > 0 AND isNotNull(mid2_before) AND isNotNull(mid2_after) AS regressed
    FROM (${PIECES})
    GROUP BY exchange, part`;

/** The parts with their points of the regression: signed volume, and twice the change of mid. */
const POINTS = `
    SELECT
        *,
        if(regressed, bought_size - sold_size, ${ZERO}) AS x,
        ${where("regressed", "mid2_after - mid2_before")} AS y2
    FROM (${PARTS})`;

/** Sums over each bucket. Those of products have 36 places. */
const BUCKETS = `
    SELECT
        exchange,
        intDiv(part * {partSeconds:UInt32}, {seconds:UInt32}) * {seconds:UInt32} AS bucket,
        argMax(tuple(mid2_after), last_place).1 AS mid2,
        ${[
          ...["trade_count", "quote_count", "update_count", "flow_count", "measured_count", "known_micros"],
          ...["spreads", "relative_spreads", "depth_imbalances", "flow_sum", "weighted_spreads"],
          ...["effective_spreads", "bought_size", "sold_size"],
        ]
          .map((column) => `sum(p.${column}) AS ${column}`)
          .join(",\n        ")},
        toInt64(countIf(regressed)) AS n,
        sum(p.x) AS x,
        sum(p.y2) AS y2,
        sum(p.x * p.x) AS xx,
        sum(p.x * p.y2) AS xy2
    FROM (${POINTS}) AS p
    GROUP BY exchange, bucket`;

const mean = (sum: string, count: string): string => `${nearestFloat(sum)} / nullIf(${count}, 0)`;

/** Trades, quotes and their figures of each bucket and exchange; see the route for the formulas. */
export const microstructure: Query<MicrostructureParams, MicrostructureRow> = {
  name: "microstructure",
  sql: `
SELECT
    formatDateTime(toDateTime(bucket, 'UTC'), '%Y-%m-%dT%H:%i:%SZ', 'UTC') AS time,
    exchange,
    toUInt32(trade_count) AS trades,
    toUInt32(quote_count) AS quotes,
    ${nearestFloat("mid2")} / 2 AS mid,
    ${mean("spreads", "update_count")} AS quotedSpread,
    ${mean("weighted_spreads", "known_micros")} AS timeWeightedSpread,
    ${mean("relative_spreads", "update_count")} AS relativeSpreadBps,
    ${mean("effective_spreads", "measured_count")} AS effectiveSpread,
    ${nearestFloat("bought_size - sold_size")} / nullIf(${nearestFloat("bought_size + sold_size")}, 0) AS tradeImbalance,
    ${mean("depth_imbalances", "update_count")} AS quoteImbalance,
    if(flow_count > 0, ${nearestFloat("flow_sum")}, NULL) AS orderFlowImbalance,
    if(n >= ${LEAST_POINTS},
       ${nearestFloat("n * xy2 - x * y2")} / nullIf(${nearestFloat("2 * (n * xx - x * x)")}, 0),
       NULL) AS kyleLambda
FROM (${BUCKETS})
WHERE trade_count + quote_count > 0
ORDER BY bucket DESC, exchange`,
};
