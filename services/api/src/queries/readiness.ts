import type { Query } from "../clickhouse/query.ts";

/** Tables that the API reads. */
export const REQUIRED_TABLES = ["ticks_all", "ticks_dedup_all", "trades_1m_all"] as const;

/** Which of the named tables this user can see. */
export const visibleTables: Query<{ readonly tables: readonly string[] }, { readonly name: string }> = {
  name: "readiness",
  sql: "SELECT name FROM system.tables WHERE database = currentDatabase() AND name IN {tables:Array(String)}",
};
