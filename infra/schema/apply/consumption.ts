import { type Connection, type NodeSession, withNode } from "../../clickhouse/connection.ts";
import { InfraError } from "../../errors.ts";

/**
 * Pauses consumption on every node of the cluster, not on the changing one alone: a tick that another node
 * consumes meanwhile is inserted through this node's half-changed views. Offsets stay in Kafka. A detached
 * table stays detached over restarts until `resumeConsumption`.
 */
export async function pauseConsumption(cluster: readonly Connection[]): Promise<void> {
  await Promise.all(
    cluster.map((node) =>
      withNode(
        node,
        async (session) => {
          for (const table of await kafkaTables(session)) {
            await session.run(
              "DETACH TABLE IF EXISTS {database:Identifier}.{table:Identifier} PERMANENTLY SYNC",
              {
                database: node.database,
                table,
              },
            );
          }
        },
        "default",
      ),
    ),
  );
}

/** Attaches every paused Kafka table again and checks that it is there. */
export async function resumeConsumption(cluster: readonly Connection[]): Promise<void> {
  await Promise.all(
    cluster.map((node) =>
      withNode(node, async (session) => {
        for (const table of await pausedTables(session)) await attach(session, node.database, table);
        const paused = await pausedTables(session);
        if (paused.length > 0)
          throw new InfraError("SQL_FAILED", `${node.node}: ${paused.join(", ")} did not come back`);
      }),
    ),
  );
}

/** Runs `use` while the paused Kafka tables of one node are there: a view that reads from one can be made then only. */
export async function withKafkaTables<T>(session: NodeSession, use: () => Promise<T>): Promise<T> {
  const { database } = session.connection;
  const paused = await pausedTables(session);
  for (const table of paused) await attach(session, database, table);
  try {
    return await use();
  } finally {
    for (const table of paused) {
      await session.run("DETACH TABLE IF EXISTS {database:Identifier}.{table:Identifier} PERMANENTLY SYNC", {
        database,
        table,
      });
    }
  }
}

/** Tables that are detached for good; the schema detaches none but Kafka's. */
export async function pausedTables(session: NodeSession): Promise<string[]> {
  const rows = await session.rows<{ table: string }>(
    "SELECT table FROM system.detached_tables WHERE database = {database:String} AND is_permanently",
    { database: session.connection.database },
  );
  return rows.map(({ table }) => table);
}

/** Kafka tables that consume. */
async function kafkaTables(session: NodeSession): Promise<string[]> {
  const rows = await session.rows<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = {database:String} AND engine = 'Kafka'",
    { database: session.connection.database },
  );
  return rows.map(({ name }) => name);
}

const attach = (session: NodeSession, database: string, table: string): Promise<void> =>
  session.run("ATTACH TABLE IF NOT EXISTS {database:Identifier}.{table:Identifier}", { database, table });
