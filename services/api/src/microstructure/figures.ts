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

const PART = "({partSeconds:UInt32} * 1000000)";

/** Each state, once for every part of a bucket that it reaches into: \`told\` in the one where its row stands. */
const PIECES = `
    SELECT
        *,
        intDiv(at, ${PART}) AS own,
        arrayJoin(range(
            toUInt64(greatest(own, intDiv(toUnixTimestamp({first:DateTime('UTC')}), {partSeconds:UInt32}))),
            toUInt64(intDiv(greatest(at, next_at - 1), ${PART}) + 1)
        )) AS part,
        part = own AS told,
        greatest(0, least(next_at, (part + 1) * ${PART}) - greatest(at, part * ${PART})) AS micros
    FROM (${STATES})`;

const wide = (value: string): string => `toDecimal256(${value}, 18)`;
const sumOf = (value: string, condition: string): string =>
  `sum(if(${condition}, ${wide(value)}, ${wide("0")}))`;

/** Divides decimals, cut after 18 places. Where there is no quote the divisor is 1, and the quotient not used. */
const ratio = (dividend: string, divisor: string): string =>
  `${wide(`ifNull(${dividend}, 0)`)} / ${wide(`if(known, assumeNotNull(${divisor}), 1)`)}`;

const UPDATE = "told AND is_quote = 1 AND known";
const SIGNED_TRADE = "told AND is_quote = 0 AND side != 0";
const MEASURED_TRADE = `${SIGNED_TRADE} AND known AND price > 0`;
const FLOW = `${UPDATE} AND previous_known`;
const SIGN = "if(side = 1, 1, -1)";

/** Cont, Kukanov and Stoikov's e: what an update adds to the bid's queue less what it adds to the ask's. */
const FLOW_OF_UPDATE = `
              if(bid >= previous_bid, bid_size, 0) - if(bid <= previous_bid, previous_bid_size, 0)
            - if(ask <= previous_ask, ask_size, 0) + if(ask >= previous_ask, previous_ask_size, 0)`;

const ofQuote = (value: string): string => `assumeNotNull(${value})`;

/** Sums over each part. Those of decimals are 256 bits wide, so that no number that the warehouse takes can overflow them. */
const PARTS = `
    SELECT
        exchange,
        part,
        countIf(told AND is_quote = 0) AS trade_count,
        countIf(told AND is_quote = 1) AS quote_count,
        countIf(${UPDATE}) AS update_count,
        ${sumOf(ofQuote("ask - bid"), UPDATE)} AS spreads,
        sum(if(${UPDATE}, ${ratio("20000 * (ask - bid)", "ask + bid")}, ${wide("0")})) AS relative_spreads,
        sum(if(${UPDATE}, ${ratio("bid_size - ask_size", "bid_size + ask_size")}, ${wide("0")})) AS depth_imbalances,
        countIf(${FLOW}) AS flow_count,
        ${sumOf(ofQuote(FLOW_OF_UPDATE), FLOW)} AS flow,
        sumIf(micros, known) AS known_micros,
        sum(if(known, ${wide(ofQuote("ask - bid"))} * micros, ${wide("0")})) AS weighted_spreads,
        countIf(${MEASURED_TRADE}) AS measured_count,
        ${sumOf(`${SIGN} * (2 * price - ${ofQuote("mid2")})`, MEASURED_TRADE)} AS effective_spreads,
        ${sumOf("size", `${SIGNED_TRADE} AND side = 1`)} AS bought,
        ${sumOf("size", `${SIGNED_TRADE} AND side = 2`)} AS sold,
        argMinIf(tuple(previous_mid2), place, told).1 AS mid2_before,
        max(place) AS last_place,
        argMax(tuple(mid2), place).1 AS mid2_after,
        countIf(${SIGNED_TRADE}) > 0 AND isNotNull(mid2_before) AND isNotNull(mid2_after) AS regressed,
        if(regressed, bought - sold, ${wide("0")}) AS x,
        if(regressed, ${wide(`${ofQuote("mid2_after")} - ${ofQuote("mid2_before")}`)}, ${wide("0")}) AS y2
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
    ${nearestFloat("sum(bought) - sum(sold)")} / nullIf(${nearestFloat("sum(bought) + sum(sold)")}, 0) AS tradeImbalance,
    ${mean("depth_imbalances", "update_count")} AS quoteImbalance,
    if(sum(flow_count) > 0, ${nearestFloat("sum(flow)")}, NULL) AS orderFlowImbalance,
    if(n >= 3, ${nearestFloat("covariation")} / nullIf(${nearestFloat("2 * variation")}, 0), NULL) AS kyleLambda
FROM (${PARTS})
GROUP BY exchange, intDiv(part * {partSeconds:UInt32}, {seconds:UInt32}) * {seconds:UInt32} AS bucket
HAVING trades + quotes > 0
ORDER BY bucket DESC, exchange`,
};
