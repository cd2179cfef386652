import type { NodeSession } from "../../clickhouse/connection.ts";
import { tableExtras } from "./tableExtras.ts";

/** A column as `system.columns` tells it; empty strings where it has none of that. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly defaultKind: string;
  readonly defaultExpression: string;
  readonly codec: string;
  readonly comment: string;
}

/** What of a data table can change, and what can't. */
export interface TableShape {
  /** Without `Replicated`: the same table on every target. */
  readonly engine: string;
  readonly partitionKey: string;
  readonly sortingKey: string;
  readonly primaryKey: string;
  readonly samplingKey: string;
  /** Empty for none. */
  readonly ttl: string;
  readonly comment: string;
  /** Beyond the server's defaults, and `index_granularity`, which it always tells. */
  readonly settings: Readonly<Record<string, string>>;
  readonly columns: readonly Column[];
  /** Indexes, projections, constraints, and what columns have beyond the above; each as the server writes it. */
  readonly extras: readonly string[];
}

/** Reads a table's shape back from the server. */
export async function readShape(session: NodeSession, database: string, table: string): Promise<TableShape> {
  const where = { database, table };
  const [row] = await session.rows<{
    engine: string;
    partition_key: string;
    sorting_key: string;
    primary_key: string;
    sampling_key: string;
    comment: string;
    engine_full: string;
    definition: string;
  }>(
    `SELECT engine, partition_key, sorting_key, primary_key, sampling_key, comment, engine_full,
            create_table_query AS definition
     FROM system.tables
     WHERE database = {database:String} AND name = {table:String}`,
    where,
  );
  const columns = await session.rows<Column>(
    `SELECT name, type, default_kind AS defaultKind, default_expression AS defaultExpression,
            compression_codec AS codec, comment
     FROM system.columns WHERE database = {database:String} AND table = {table:String} ORDER BY position`,
    where,
  );
  const full = row?.engine_full ?? "";
  return {
    engine: (row?.engine ?? "").replace(/^Replicated/, "") + versionColumn(full),
    partitionKey: row?.partition_key ?? "",
    sortingKey: row?.sorting_key ?? "",
    primaryKey: row?.primary_key ?? "",
    samplingKey: row?.sampling_key ?? "",
    comment: row?.comment ?? "",
    ...tail(full),
    columns,
    extras: tableExtras(row?.definition ?? ""),
  };
}

/** `ReplacingMergeTree(source_version) PARTITION BY …` -> `(source_version)`; Keeper's path and replica are left out. */
function versionColumn(full: string): string {
  const args = /^\w+\(([^)]*)\)/.exec(full)?.[1] ?? "";
  const rest = args
    .split(",")
    .map((arg) => arg.trim())
    .filter((arg) => arg !== "" && !arg.startsWith("'"));
  return rest.length === 0 ? "" : `(${rest.join(", ")})`;
}

/** `… ORDER BY (…) TTL toDateTime(t) + toIntervalDay(30) SETTINGS index_granularity = 8192, a = 1` */
function tail(full: string): Pick<TableShape, "ttl" | "settings"> {
  const [body = "", settings = ""] = full.split(/ SETTINGS /);
  const pairs = settings
    .split(", ")
    .map((pair) => pair.split(" = "))
    .filter(([name]) => name !== undefined && name !== "")
    .map(([name = "", value = ""]) => [name, value] as const);
  return { ttl: / TTL (.*)$/.exec(body)?.[1] ?? "", settings: Object.fromEntries(pairs) };
}
