import type { NodeSession } from "./connection.ts";

/**
 * Brings a node to rest before it stops: consumers detached (they come back with the next start, at the offsets that
 * were committed), then buffers and Distributed queues flushed.
 */
export async function flushTables(session: NodeSession): Promise<void> {
  const tables = await session.rows<{ name: string; engine: string }>(
    `SELECT name, engine FROM system.tables
     WHERE database = {database:String} AND engine IN ('Kafka', 'Buffer', 'Distributed')`,
    { database: session.connection.database },
  );
  const named = (engine: string) =>
    tables.filter((table) => table.engine === engine).map(({ name }) => ({ name }));
  for (const table of named("Kafka")) await session.run("DETACH TABLE {name:Identifier} SYNC", table);
  for (const table of named("Buffer")) await session.run("OPTIMIZE TABLE {name:Identifier}", table);
  for (const table of named("Distributed"))
    await session.run("SYSTEM FLUSH DISTRIBUTED {name:Identifier}", table);
}
