import { STATES } from "./states.ts";

const wide = (value: string): string => `toDecimal256(${value}, 18)`;
export const ZERO = wide("0");

/** A value of the quote where the condition holds, else 0. It is NULL only where there is no quote. */
export const where = (condition: string, value: string): string =>
  `if(${condition}, ${wide(`assumeNotNull(${value})`)}, ${ZERO})`;

/** A quotient of decimals, cut after 18 places, where there is an update. */
const ratio = (dividend: string, divisor: string): string =>
  `${where("updated", dividend)} / if(updated, ${wide(`assumeNotNull(${divisor})`)}, ${wide("1")})`;

/** Cont, Kukanov and Stoikov's e: what an update adds to the bid's queue less what it adds to the ask's. */
const FLOW_OF_UPDATE = `
            if(bid >= previous_bid, bid_size, 0) - if(bid <= previous_bid, previous_bid_size, 0)
                - if(ask <= previous_ask, ask_size, 0) + if(ask >= previous_ask, previous_ask_size, 0)`;

/**
 * What each row counts as. A level of its own, as each of the next ones: the server resolves an alias again wherever it
 * is used, and with all of this in one level it took longer to understand the query than to answer a short range.
 */
const KINDS = `
    SELECT
        *,
        is_quote = 0 AS traded,
        is_quote = 1 AND known AS updated,
        is_quote = 1 AND known AND previous_known AS flowed,
        is_quote = 0 AND side != 0 AS signed,
        is_quote = 0 AND side != 0 AND known AND price > 0 AS measured
    FROM (${STATES})`;

/**
 * What each row adds to the sums. Decimals are 256 bits wide, so that no number that the warehouse takes can overflow
 * a sum or a product of them.
 */
export const TERMS = `
    SELECT
        exchange, place, at, next_at, known, mid2, previous_mid2, traded, updated, flowed, signed, measured,
        ${where("known", "ask - bid")} AS spread,
        ${ratio("20000 * (ask - bid)", "ask + bid")} AS relative_spread,
        ${ratio("bid_size - ask_size", "bid_size + ask_size")} AS depth_imbalance,
        ${where("flowed", FLOW_OF_UPDATE)} AS flow,
        ${where("measured", "if(side = 1, 1, -1) * (2 * price - mid2)")} AS effective_spread,
        ${where("signed", "size")} AS signed_size,
        side = 1 AS bought
    FROM (${KINDS})`;
