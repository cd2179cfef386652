import { withNode } from "../../../clickhouse/connection.ts";
import { flushTables } from "../../../clickhouse/flush.ts";
import type { ClickHouseDrain } from "./spec.ts";

/**
 * Brings a node of the embedded engine to rest, then ends the engine's own query: it shuts its tables down and the
 * process exits.
 */
export async function drainClickHouse({ url, username, password, database }: ClickHouseDrain): Promise<void> {
  await withNode({ node: url, url, username, password, database }, async (session) => {
    await flushTables(session);
    await session.run("KILL QUERY WHERE query LIKE 'SELECT sleepEachRow%' ASYNC");
  });
}
