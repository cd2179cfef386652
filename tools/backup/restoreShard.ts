import { type Connection, type NodeSession, withNode } from "../../infra/clickhouse/connection.ts";
import { BACKUPS } from "../../infra/storage/storage.ts";
import { type Manifest, type Part, partOf, pathOf } from "./manifest.ts";
import { quoted, startOperation, untilDone } from "./operation.ts";

/** Where the parts of a shard's backup go: to the tables of the same names in `database`, which have to be there. */
export interface RestoreTo {
  readonly node: Connection;
  readonly database: string;
}

/** Restores one part of a shard's backup. The tables must be empty: the server refuses others by itself. */
export async function restorePart(
  { name, schema }: Manifest,
  shard: string,
  part: Part,
  { node, database }: RestoreTo,
): Promise<void> {
  const tables = schema.tables.map(({ table }) => table).filter((table) => partOf(table) === part);
  const list = tables
    .map((table) => `TABLE ${quoted(node.database)}.${quoted(table)} AS ${quoted(database)}.${quoted(table)}`)
    .join(", ");
  const path = pathOf(name, shard, part);
  const operation = await startOperation(
    node,
    `RESTORE ${list} FROM Disk('${BACKUPS}', '${path}')`,
    path,
    // What differs may be Keeper's path, a TTL, codecs, new columns; the rest was compared before.
    ["allow_different_table_def = 1"],
  );
  await untilDone(operation);
}

/** Data tables that hold something, with how many rows. */
export async function filledTables(
  session: NodeSession,
  tables: readonly string[],
): Promise<{ table: string; rows: string }[]> {
  return session.rows<{ table: string; rows: string }>(
    `SELECT table, toString(sum(parts.rows)) AS rows FROM system.parts
     WHERE database = currentDatabase() AND active AND table IN {tables:Array(String)}
     GROUP BY table HAVING sum(parts.rows) > 0 ORDER BY table`,
    { tables },
  );
}

const TRUNCATE_TIMEOUT_MS = 600_000;

/** Discards what data tables hold; the notes of changed bars first, so that no bar is computed of what is left. */
export async function discardTables(node: Connection, tables: readonly string[]): Promise<void> {
  const notesFirst = [...tables].sort(
    (a, b) => Number(partOf(a) !== "notes") - Number(partOf(b) !== "notes"),
  );
  await withNode(
    node,
    async (session) => {
      for (const table of notesFirst)
        await session.run("TRUNCATE TABLE {table:Identifier} SYNC SETTINGS max_table_size_to_drop = 0", {
          table,
        });
    },
    node.database,
    TRUNCATE_TIMEOUT_MS,
  );
}
