import { type Connection, withNode } from "../../infra/clickhouse/connection.ts";

/**
 * Brings what the nodes have taken into the ledger: flushes their Buffers, and lets every replica of the ledger catch
 * up. Consumption goes on.
 */
export async function settle(nodes: readonly Connection[]): Promise<void> {
  await onEach(
    nodes,
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'Buffer'",
    ["OPTIMIZE TABLE {name:Identifier}"],
  );
  await onEach(
    nodes,
    "SELECT table AS name FROM system.replicas WHERE database = currentDatabase() AND table IN ('offset_ledger', 'empty_offsets')",
    ["SYSTEM SYNC REPLICA {name:Identifier} LIGHTWEIGHT"],
  );
}

/** Runs statements for every table that a query names, on every node, all nodes at the same time. */
async function onEach(
  nodes: readonly Connection[],
  tables: string,
  statements: readonly string[],
): Promise<void> {
  await Promise.all(
    nodes.map((node) =>
      withNode(node, async (session) => {
        for (const { name } of await session.rows<{ name: string }>(tables))
          for (const statement of statements) await session.run(statement, { name });
      }),
    ),
  );
}
