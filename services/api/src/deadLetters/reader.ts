import type { Reader } from "@tickhouse/dead-letters";
import type { QueryOptions, QueryParams, QueryStats, Warehouse } from "../clickhouse/query.ts";

/** Reads dead letters through the warehouse, and adds up what that costs. */
export function createReader(warehouse: Warehouse, options: QueryOptions): Reader & { stats(): QueryStats } {
  let sum: QueryStats = { elapsedMs: 0, rowsRead: 0, bytesRead: 0 };
  return {
    async rows<Row>(sql: string, params: Record<string, unknown> = {}) {
      const query = { name: "dead_letters", sql };
      const { rows, stats } = await warehouse.query<QueryParams, Row>(query, params as QueryParams, options);
      sum = {
        elapsedMs: sum.elapsedMs + stats.elapsedMs,
        rowsRead: sum.rowsRead + stats.rowsRead,
        bytesRead: sum.bytesRead + stats.bytesRead,
      };
      return [...rows];
    },
    stats: () => sum,
  };
}
