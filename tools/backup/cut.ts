import { type Connection, withNode } from "../../infra/clickhouse/connection.ts";
import { flushTables } from "../../infra/clickhouse/flush.ts";
import { pollUntil } from "../../infra/poll.ts";
import { pauseConsumption, resumeConsumption } from "../../infra/schema/apply/consumption.ts";
import { say } from "../report.ts";

/**
 * Runs `work` while nothing is consumed and nothing waits in memory, and lets the consumers go on afterwards, also
 * when it fails or somebody presses Ctrl-C.
 */
export async function whilePaused<T>(nodes: readonly Connection[], work: () => Promise<T>): Promise<T> {
  const interrupted = (signal: NodeJS.Signals): void => {
    say(`${signal}: letting the consumers go on, then ending`);
    void resumeConsumption(nodes)
      .catch((error: Error) => say(`${error.message}; next step: npm run up`))
      .finally(() => process.exit(130));
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    await bringToRest(nodes);
    return await work();
  } finally {
    await resumeConsumption(nodes).finally(() => {
      process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
    });
  }
}

/** Pauses consumption, and brings what is in memory into the tables of its shard. */
export async function bringToRest(nodes: readonly Connection[]): Promise<void> {
  await pauseConsumption(nodes);
  for (const node of nodes) await withNode(node, flushTables);
}

const BARS_DEADLINE_MS = 15_000;

/** Waits until the exact bars have followed; whether they have. */
export async function untilBarsFollowed(nodes: readonly Connection[]): Promise<boolean> {
  const done = await pollUntil(BARS_DEADLINE_MS, async () => {
    const counts = await Promise.all(nodes.map(barsPending));
    return counts.every((count) => count === 0) || undefined;
  });
  return done ?? false;
}

async function barsPending(node: Connection): Promise<number> {
  const [row] = await withNode(node, (session) =>
    session.rows<{ minutes: string | number }>(
      `SELECT count() AS minutes FROM (SELECT symbol, minute FROM bar_changes GROUP BY symbol, minute HAVING sum(arrived) > max(computed))`,
    ),
  );
  return Number(row?.minutes ?? 0);
}

/** Waits until a replica has every part that any replica of its shard has. */
export async function syncReplica(node: Connection, timeoutMs: number): Promise<void> {
  await withNode(
    node,
    async (session) => {
      const tables = await session.rows<{ name: string }>(
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE 'Replicated%'",
      );
      for (const { name } of tables) await session.run("SYSTEM SYNC REPLICA {name:Identifier}", { name });
    },
    node.database,
    timeoutMs,
  );
}
