import { withNode } from "../../../infra/clickhouse/connection.ts";
import { shardsOf } from "../../../infra/topology.ts";
import { type Finding, finding, silent } from "./finding.ts";
import type { ProvenStack } from "./stack.ts";

/** Tables that hold what came, and what was made of it; in the second kind the latest version of a row counts. */
const TABLES = [
  { table: "ticks_local", read: "" },
  { table: "ticks_dedup", read: "FINAL" },
  { table: "dead_letters", read: "FINAL" },
] as const;
const CLAIM = "replicas of a shard fetch from each other, and hold the same";

/** Every row of every replica, by a sum over hashes. Let no ticks come in meanwhile: they would be on one side first. */
export async function proveReplicas({ running }: ProvenStack): Promise<Finding> {
  const { clickhouse } = running.outputs;
  const shards = shardsOf({ nodes: clickhouse });
  if (shards.every((replicas) => replicas.length < 2))
    return silent(CLAIM, "there is one replica of each shard");
  const problems: string[] = [];
  let rows = 0;
  for (const replicas of shards) {
    const answers = await Promise.all(replicas.map(({ name }) => sumsOf(running, name)));
    const [first] = answers;
    rows += first?.rows ?? 0;
    answers.forEach((answer, index) => {
      if (answer.sums !== first?.sums)
        problems.push(`${replicas[index]?.name} differs from ${replicas[0]?.name}`);
      if (answer.active < replicas.length)
        problems.push(`${replicas[index]?.name} sees ${answer.active} of ${replicas.length} replicas`);
    });
  }
  return finding(CLAIM, problems, `${rows} rows of ${TABLES.length} tables on every replica`);
}

async function sumsOf(
  { nodes }: ProvenStack["running"],
  name: string,
): Promise<{ sums: string; rows: number; active: number }> {
  const connection = nodes.find(({ node }) => node === name);
  if (connection === undefined) throw new Error(`there is no way to ${name}`);
  return withNode(connection, async (session) => {
    const sums: string[] = [];
    let rows = 0;
    for (const { table, read } of TABLES) {
      await session.run("SYSTEM SYNC REPLICA {table:Identifier} LIGHTWEIGHT", { table });
      const [sum] = await session.rows<{ rows: string; hash: string }>(
        `SELECT count() AS rows, toString(sum(cityHash64(*))) AS hash FROM {table:Identifier} ${read}`,
        { table },
      );
      sums.push(`${table} ${sum?.rows} ${sum?.hash}`);
      rows += Number(sum?.rows ?? 0);
    }
    const [seen] = await session.rows<{ active: string }>(
      "SELECT min(active_replicas) AS active FROM system.replicas WHERE database = currentDatabase()",
    );
    return { sums: sums.join("; "), rows, active: Number(seen?.active ?? 0) };
  });
}
