import type { Query } from "../clickhouse/query.ts";
import { nearestFloat } from "../queries/sql.ts";
import { STATES } from "./states.ts";

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

const wide = (value: string): string => `toDecimal256(${value}, 18)`;
const ZERO = wide("0");

/** A value of the quote where the condition holds, else 0. It is NULL only where there is no quote. */
const where = (condition: string, value: string): string =>
  `if(${condition}, ${wide(`assumeNotNull(${value})`)}, ${ZERO})`;

/** A quotient of decimals, cut after 18 places, where there is an update. */
const ratio = (dividend: string, divisor: string): string =>
  `${where("updated", dividend)} / if(updated, ${wide(`assumeNotNull(${divisor})`)}, ${wide("1")})`;

/** Cont, Kukanov and Stoikov's e: what an update adds to the bid's queue less what it adds to the ask's. */
const FLOW_OF_UPDATE = `
            if(bid >= previous_bid, bid_size, 0) - if(bid <= previous_bid, previous_bid_size, 0)
                - if(ask <= previous_ask, ask_size, 0) + if(ask >= previous_ask, previous_ask_size, 0)`;

/**
 * What each row adds to the sums. Decimals are 256 bits wide, so that no number that the warehouse takes can overflow
 * a sum or a product of them.
 */
const TERMS = `
    SELECT
        exchange, place, at, next_at, known, mid2, previous_mid2,
        is_quote = 0 AS traded,
        is_quote = 1 AND known AS updated,
        updated AND previous_known AS flowed,
        is_quote = 0 AND side != 0 AS signed,
        signed AND known AND price > 0 AS measured,
        ${where("known", "ask - bid")} AS spread,
        ${ratio("20000 * (ask - bid)", "ask + bid")} AS relative_spread,
        ${ratio("bid_size - ask_size", "bid_size + ask_size")} AS depth_imbalance,
        ${where("flowed", FLOW_OF_UPDATE)} AS flow,
        ${where("measured", "if(side = 1, 1, -1) * (2 * price - mid2)")} AS effective_spread,
        ${where("signed", "size")} AS signed_size,
        side = 1 AS bought
    FROM (${STATES})`;

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
        countIf(told AND signed) > 0 AND isNotNull(mid2_before) AND isNotNull(mid2_after) AS regressed,
        if(regressed, bought_size - sold_size, ${ZERO}) AS x,
        ${where("regressed", "mid2_after - mid2_before")} AS y2
    FROM (${PIECES})
    GROUP BY exchange, part`;

const mean = (sum: string, count: string): string =>
  `${nearestFloat(`sum(${sum})`)} / nullIf(sum(${count}), 0)`;

/** Trades, quotes and their figures of each bucket and exchange; see the route for the formulas. */
export const microstructure: Query<MicrostructureParams, MicrostructureRow> = {
  name: "microstructure",
  sql: `
WITH
    toInt64(countIf(regressed)) AS n,
    n * sum(x * x) - sum(x) * sum(x) AS variation,
    n * sum(x * y2) - sum(x) * sum(y2) AS covariation
SELECT
    formatDateTime(toDateTime(bucket, 'UTC'), '%Y-%m-%dT%H:%i:%SZ', 'UTC') AS time,
    exchange,
    toUInt32(sum(trade_count)) AS trades,
    toUInt32(sum(quote_count)) AS quotes,
    ${nearestFloat("argMax(tuple(mid2_after), last_place).1")} / 2 AS mid,
    ${mean("spreads", "update_count")} AS quotedSpread,
    ${mean("weighted_spreads", "known_micros")} AS timeWeightedSpread,
    ${mean("relative_spreads", "update_count")} AS relativeSpreadBps,
    ${mean("effective_spreads", "measured_count")} AS effectiveSpread,
    ${nearestFloat("sum(bought_size) - sum(sold_size)")} / nullIf(${nearestFloat("sum(bought_size) + sum(sold_size)")}, 0) AS tradeImbalance,
    ${mean("depth_imbalances", "update_count")} AS quoteImbalance,
    if(sum(flow_count) > 0, ${nearestFloat("sum(flow_sum)")}, NULL) AS orderFlowImbalance,
    if(n >= 3, ${nearestFloat("covariation")} / nullIf(${nearestFloat("2 * variation")}, 0), NULL) AS kyleLambda
FROM (${PARTS})
GROUP BY exchange, intDiv(part * {partSeconds:UInt32}, {seconds:UInt32}) * {seconds:UInt32} AS bucket
HAVING trades + quotes > 0
ORDER BY bucket DESC, exchange`,
};
