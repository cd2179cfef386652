import type { QueryOptions } from "./query.ts";

/**
 * Options of a query that runs to its end, or its time limit, whoever leaves: those of the stream are short, and many.
 * When the connection between two nodes is cut off at the wrong moment, an embedded engine of version 26.7 ends itself
 * ("Connection reset by peer" in TCPHandler, which nothing catches), as clients that came and went made it do.
 */
export const toTheEnd = (requestId: string): QueryOptions => ({
  signal: new AbortController().signal,
  requestId,
});
