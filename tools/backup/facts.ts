import type { NodeSession } from "../../infra/clickhouse/connection.ts";
import type { ShardFacts, TableLayout } from "./manifest.ts";

const DATABASE = "{database:String}";

/** The layout of each data table. */
export async function tableLayouts(session: NodeSession, database: string): Promise<TableLayout[]> {
  const where = { database };
  const tables = await session.rows<
    Omit<TableLayout, "columns" | "engine"> & { engine: string; full: string }
  >(
    `SELECT name AS table, engine, engine_full AS full, partition_key AS partitionKey, sorting_key AS sortingKey
     FROM system.tables WHERE database = ${DATABASE} AND engine LIKE '%MergeTree' ORDER BY name`,
    where,
  );
  const columns = await session.rows<{ table: string; name: string; type: string }>(
    `SELECT table, name, type FROM system.columns WHERE database = ${DATABASE} ORDER BY table, position`,
    where,
  );
  return tables.map(({ table, engine, full, partitionKey, sortingKey }) => ({
    table,
    engine: engine.replace(/^Replicated/, "") + argumentsOf(full),
    partitionKey,
    sortingKey,
    columns: columns.filter((column) => column.table === table).map(({ name, type }) => ({ name, type })),
  }));
}

/** `ReplicatedReplacingMergeTree('path', 'replica', version) …` -> `(version)`; the same on every target. Pure. */
export function argumentsOf(full: string): string {
  const own = (/^\w+\(([^)]*)\)/.exec(full)?.[1] ?? "")
    .split(",")
    .map((argument) => argument.trim())
    .filter((argument) => argument !== "" && !argument.startsWith("'"));
  return own.length === 0 ? "" : `(${own.join(", ")})`;
}

/** What a shard holds, in numbers that no merge of parts changes. */
export async function readFacts(session: NodeSession, database: string): Promise<ShardFacts> {
  const name = { database };
  const [raw] = await session.rows<{ rows: string }>(
    `SELECT toString(sum(rows)) AS rows FROM system.parts
     WHERE database = ${DATABASE} AND table = 'ticks_local' AND active`,
    name,
  );
  const ledger = await session.rows<ShardFacts["ledger"][number]>(
    `SELECT kafka_topic AS topic, toInt32(kafka_partition) AS partition, kind, toString(sum(n)) AS offsets
     FROM (SELECT kafka_topic, kafka_partition, chunk, toString(kind) AS kind, groupBitmapMerge(offsets) AS n
           FROM {database:Identifier}.offset_ledger GROUP BY kafka_topic, kafka_partition, chunk, kind)
     GROUP BY topic, partition, kind ORDER BY topic, partition, kind`,
    name,
  );
  const [letters] = await session.rows<{ rows: string }>(
    "SELECT toString(count()) AS rows FROM {database:Identifier}.dead_letters FINAL",
    name,
  );
  const [bars] = await session.rows<ShardFacts["bars"]>(
    `SELECT toString(count()) AS revisions, toString(sum(cityHash64(*))) AS hash FROM {database:Identifier}.bars_1m FINAL`,
    name,
  );
  return {
    rawTicks: raw?.rows ?? "0",
    ledger,
    deadLetters: letters?.rows ?? "0",
    bars: bars ?? { revisions: "0", hash: "0" },
  };
}

/** In what two shards' facts differ, in words; empty where they are the same. Pure. */
export function factDifferences(shard: string, wanted: ShardFacts, found: ShardFacts): string[] {
  const differ = (what: string, want: unknown, have: unknown): string[] =>
    JSON.stringify(want) === JSON.stringify(have)
      ? []
      : [`shard ${shard}: ${what} ${JSON.stringify(have)}, in the backup ${JSON.stringify(want)}`];
  return [
    ...differ("raw ticks", wanted.rawTicks, found.rawTicks),
    ...differ("offsets in the ledger", wanted.ledger, found.ledger),
    ...differ("dead letters", wanted.deadLetters, found.deadLetters),
    ...differ("exact bars", wanted.bars, found.bars),
  ];
}
