import { type Connection, withNode } from "../../infra/clickhouse/connection.ts";
import { say } from "../report.ts";
import { type Manifest, PARTS, type TableLayout } from "./manifest.ts";
import { requireFacts } from "./restore.ts";
import { restorePart } from "./restoreShard.ts";
import type { BackedUp } from "./warehouse.ts";

/** Where a backup is restored to be looked at; of no other use, and gone afterwards. */
const DATABASE = "tickhouse_verify";
const CHECK_TIMEOUT_MS = 86_400_000;

/**
 * Proves that a backup can be restored: restores it beside the live tables, reads every byte against its checksum, and
 * compares ledger, bars, dead letters and raw ticks with what was noted when it was made. Takes as much disk as the
 * backup's data for that time; the live tables are not touched, nor are the consumers.
 */
export async function verifyBackup(warehouse: BackedUp, manifest: Manifest): Promise<void> {
  for (const { shard, first } of warehouse.shards) {
    if (!manifest.shards.some((each) => each.shard === shard))
      throw new Error(`backup ${manifest.name} has no shard ${shard}`);
    const to = { node: first, database: DATABASE };
    try {
      await prepare(first, manifest.schema.tables);
      for (const part of PARTS) await restorePart(manifest, shard, part, to);
      await checkTables(first, manifest.schema.tables);
      await requireFacts(manifest, shard, to);
      say(`shard ${shard}: restored, read and compared`);
    } finally {
      await inVerify(first, "DROP DATABASE IF EXISTS {verify:Identifier} SYNC");
    }
  }
}

const inVerify = (node: Connection, sql: string): Promise<void> =>
  withNode(node, (session) => session.run(sql, { verify: DATABASE }), "default", CHECK_TIMEOUT_MS);

/** Empty tables as the backup's were: no TTL that takes rows away, no replica in Keeper, the node's own disk. */
async function prepare(node: Connection, tables: readonly TableLayout[]): Promise<void> {
  await inVerify(node, "DROP DATABASE IF EXISTS {verify:Identifier} SYNC");
  await inVerify(node, "CREATE DATABASE {verify:Identifier} ENGINE = Atomic");
  await withNode(
    node,
    async (session) => {
      for (const layout of tables) await session.run(createTable(layout), { table: layout.table });
    },
    DATABASE,
  );
}

/** The text of a manifest's layout is the server's own. */
function createTable({ engine, partitionKey, sortingKey, columns }: TableLayout): string {
  const list = columns.map(({ name, type }) => `\`${name}\` ${type}`).join(", ");
  const partition = partitionKey === "" ? "" : ` PARTITION BY ${partitionKey}`;
  return `CREATE TABLE {table:Identifier} (${list}) ENGINE = ${engine}${partition} ORDER BY (${sortingKey})`;
}

async function checkTables(node: Connection, tables: readonly TableLayout[]): Promise<void> {
  await withNode(
    node,
    async (session) => {
      for (const { table } of tables) {
        const [row] = await session.rows<{ result: number }>(
          "CHECK TABLE {table:Identifier} SETTINGS check_query_single_value_result = 1",
          { table },
        );
        if (Number(row?.result) !== 1)
          throw new Error(`${node.node}: ${table}, restored, does not match its own checksums`);
      }
    },
    DATABASE,
    CHECK_TIMEOUT_MS,
  );
}
