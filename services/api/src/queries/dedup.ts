import type { Query } from "../clickhouse/query.ts";

export type CountParams = { readonly symbol: string };

export interface CountRow {
  /** UInt64; a string where the user's profile asks for quoted 64-bit integers. */
  readonly count: number | string;
}

/** Every tick received, duplicates and corrections included. */
export const rawCount: Query<CountParams, CountRow> = {
  name: "dedup_raw",
  sql: "SELECT count() AS count FROM ticks_all WHERE symbol = {symbol:String}",
};

/** Distinct ticks in their latest version. A trade corrected to size 0 is busted and counts nowhere. */
export const finalCount: Query<CountParams, CountRow> = {
  name: "dedup_final",
  sql: `SELECT count() AS count FROM ticks_dedup_all FINAL
WHERE symbol = {symbol:String} AND NOT (event_type = 'trade' AND size = 0)`,
};
