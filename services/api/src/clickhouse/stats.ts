import type { QueryStats } from "./query.ts";

/** The cost of several queries that answer one request: times and rows add up. */
export const addStats = (all: readonly QueryStats[]): QueryStats => ({
  elapsedMs: all.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0),
  rowsRead: all.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
  bytesRead: all.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
});
