/** Tables that the API may read, with those beneath them: a Distributed table reads as its caller. */
export const API_TABLES = [
  "ticks_all",
  "ticks_local",
  "ticks_dedup_all",
  "ticks_dedup",
  "trades_1m_all",
  "trades_1m_agg",
  "dead_letters_all",
  "dead_letters",
  "offset_ledger_all",
  "offset_ledger",
  "sequence_ledger_all",
  "sequence_ledger",
  "bars_1m_all",
  "bars_1m",
  "bar_changes_all",
  "bar_changes",
  "empty_offsets_all",
  "empty_offsets",
] as const;

/** Tables of the audit: what came, what is stored, and what waits for its bars. */
export const LEDGERS = [
  "offset_ledger_all",
  "offset_ledger",
  "sequence_ledger_all",
  "sequence_ledger",
  "empty_offsets_all",
  "empty_offsets",
  "bar_changes_all",
  "bar_changes",
] as const;

/** A right and the object of the schema's database that it is on; `*` for all. */
type Grant = readonly [right: string, on: string];

const reading = (tables: readonly string[]): Grant[] => tables.map((table) => ["SELECT", table]);

/** The API: reads its tables, sees how many rows the Buffer holds, though not which. */
export const API: readonly Grant[] = [...reading(API_TABLES), ["SHOW TABLES", "ticks_buffer"]];
/** And how large the parts of its own tables are. */
export const API_SYSTEM = [
  "GRANT SELECT(database, table, partition_id, active, rows, bytes_on_disk) ON system.parts",
  "GRANT SELECT(free_space, total_space) ON system.disks",
];

/** The bars service: reads trades and notes, writes bars and notes, and waits for its replica. */
export const BARS: readonly Grant[] = [
  ["SELECT, SYSTEM SYNC REPLICA", "ticks_dedup"],
  ["SELECT, INSERT, SYSTEM SYNC REPLICA", "bar_changes"],
  ["SELECT, INSERT, SYSTEM SYNC REPLICA", "bars_1m"],
];

/** The API's second user: notes that a dead letter was sent again. */
export const REPLAY: readonly Grant[] = [
  ["SELECT, INSERT", "dead_letters_all"],
  ["SELECT, INSERT", "dead_letters"],
];

/** `npm run verify`: reads the ledgers, brings what is in Buffers into them, and waits for their replicas. */
export const AUDIT: readonly Grant[] = [
  ...reading(LEDGERS),
  ["SHOW TABLES", "*"],
  ["OPTIMIZE", "ticks_buffer"],
  ["SYSTEM SYNC REPLICA", "offset_ledger"],
  ["SYSTEM SYNC REPLICA", "empty_offsets"],
];
export const AUDIT_SYSTEM = ["GRANT SELECT(database, table) ON system.replicas"];

/** What an inserted message passes through. Views run with the rights of who inserts, up to the last table. */
export const INGEST_TABLES = [
  "ticks_messages",
  "ticks_lines",
  "ticks_buffer",
  "ticks_all",
  "ticks_local",
  "trades_1m_agg",
  "ticks_dedup",
  "bar_changes",
  "sequence_ledger",
  "dead_letters_all",
  "dead_letters",
  "offset_ledger",
  "empty_offsets_all",
  "empty_offsets",
] as const;

/**
 * `npm run verify -- --heal` and `npm run dead-letters`: what was missing enters where Kafka's messages do; reads what
 * the API reads, to tell what became of it. It changes and removes nothing.
 */
export const INGEST: readonly Grant[] = [
  ...reading(API_TABLES),
  ...INGEST_TABLES.map((table): Grant => ["SELECT, INSERT", table]),
];

/**
 * `npm run backup`: pauses the consumers for a moment, sees how far they are, and writes data tables to the disk of backups.
 * It reads no tick: what a backup has to be like afterwards is told by the ledger and the bars.
 */
export const BACKUP: readonly Grant[] = [
  ["SHOW TABLES, SHOW COLUMNS, BACKUP, SYSTEM SYNC REPLICA, SYSTEM FLUSH DISTRIBUTED", "*"],
  // DETACH and ATTACH ask for these.
  ["DROP TABLE, CREATE TABLE", "ticks_kafka"],
  ["OPTIMIZE", "ticks_buffer"],
  ...reading(["offset_ledger", "bars_1m", "bar_changes", "dead_letters"]),
];
export const BACKUP_SYSTEM = [
  // ATTACH asks for these too.
  "GRANT TABLE ENGINE ON Kafka",
  "GRANT NAMED COLLECTION ON kafka_ticks",
  "GRANT SELECT ON system.backups",
  "GRANT SELECT ON system.detached_tables",
  "GRANT SELECT(database, table, active, rows, bytes_on_disk) ON system.parts",
];

/** What brings a node to rest: sees its tables, detaches its consumers, flushes what is in memory. */
export const DRAIN: readonly Grant[] = [
  ["SHOW TABLES, SYSTEM FLUSH DISTRIBUTED", "*"],
  // DETACH asks for it.
  ["DROP TABLE", "ticks_kafka"],
  ["OPTIMIZE", "ticks_buffer"],
];

/** Statements that grant rights in a database. Pure. */
export const statementsOf = (database: string, grants: readonly Grant[]): string[] =>
  grants.map(([right, on]) => `GRANT ${right} ON ${database}.${on}`);
