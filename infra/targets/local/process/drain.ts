import { ClickHouseLogLevel, createClient } from "@clickhouse/client";
import type { ClickHouseDrain } from "./spec.ts";

const STATEMENT_TIMEOUT_MS = 20_000;

/**
 * Brings a ClickHouse node to rest: consumers detached (they come back with the next start, at the
 * offsets that were committed), buffers and Distributed queues flushed, then the engine's own query
 * ended, upon which it shuts its tables down and the process exits.
 */
export async function drainClickHouse({ url, username, password, database }: ClickHouseDrain): Promise<void> {
  const client = createClient({
    url,
    username,
    password,
    database,
    request_timeout: STATEMENT_TIMEOUT_MS,
    log: { level: ClickHouseLogLevel.OFF },
  });
  try {
    const tables = await client.query({
      query:
        "SELECT name, engine FROM system.tables WHERE database = currentDatabase() AND engine IN ('Kafka', 'Buffer', 'Distributed')",
      format: "JSONEachRow",
    });
    const rows = await tables.json<{ name: string; engine: string }>();
    const named = (engine: string) => rows.filter((row) => row.engine === engine).map((row) => row.name);
    for (const name of named("Kafka")) await run(client, `DETACH TABLE {name:Identifier} SYNC`, name);
    for (const name of named("Buffer")) await run(client, `OPTIMIZE TABLE {name:Identifier}`, name);
    for (const name of named("Distributed"))
      await run(client, `SYSTEM FLUSH DISTRIBUTED {name:Identifier}`, name);
    await client.command({ query: "KILL QUERY WHERE query LIKE 'SELECT sleepEachRow%' ASYNC" });
  } finally {
    await client.close();
  }
}

const run = (client: ReturnType<typeof createClient>, query: string, name: string) =>
  client.command({ query, query_params: { name } });
