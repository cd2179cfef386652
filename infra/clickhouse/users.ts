import { createHash } from "node:crypto";
import { renderXml, type Xml } from "./xml.ts";

/** The users of every ClickHouse node; passwords are rendered as SHA-256 hashes only. */
export interface UsersArgs {
  readonly database: string;
  readonly ownerPassword: string;
  readonly apiPassword: string;
  readonly barsPassword: string;
  readonly replayPassword: string;
  readonly backupPassword: string;
  /** Networks that may connect as owner, API user, bars user, replay user and backup user. */
  readonly networks: readonly string[];
  /**
   * What becomes of the user `default`. `bootstrap`: the embedded engine starts its listeners as it, and it may do
   * nothing else. `loopback`: the image's own, reached from inside of its container alone. `powerless`: as `bootstrap`,
   * in place of the image's own.
   */
  readonly defaultUser: "bootstrap" | "loopback" | "powerless";
  /** Of the user `drain`, who brings a node to rest from inside of its container; without it there is none. */
  readonly drainPassword?: string;
  /** Whether an insert waits for a majority of its shard's replicas. @default false */
  readonly insertQuorum?: boolean;
}

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

/**
 * What the API user may do: read its tables, see how many rows the Buffer holds, though not which, and how large the
 * parts of its own tables are.
 */
const apiGrants = (database: string): string[] => [
  ...API_TABLES.map((table) => `GRANT SELECT ON ${database}.${table}`),
  `GRANT SHOW TABLES ON ${database}.ticks_buffer`,
  "GRANT SELECT(database, table, active, rows, bytes_on_disk) ON system.parts",
];

/** What the bars service may do: read trades and notes, write bars and notes, and wait for its replica. */
const BARS_GRANTS = [
  ["SELECT, SYSTEM SYNC REPLICA", "ticks_dedup"],
  ["SELECT, INSERT, SYSTEM SYNC REPLICA", "bar_changes"],
  ["SELECT, INSERT, SYSTEM SYNC REPLICA", "bars_1m"],
] as const;

/** What the API's second user may do: note that a dead letter was sent again. It reads and writes these, and nothing else. */
const REPLAY_GRANTS = [
  ["SELECT, INSERT", "dead_letters_all"],
  ["SELECT, INSERT", "dead_letters"],
] as const;

/** What brings a node to rest: see its tables, detach its consumers, flush what is in memory. */
const DRAIN_GRANTS = [
  ["SHOW TABLES, SYSTEM FLUSH DISTRIBUTED", "*"],
  // DETACH asks for it.
  ["DROP TABLE", "ticks_kafka"],
  ["OPTIMIZE", "ticks_buffer"],
] as const;

/**
 * What makes a backup: pause the consumers at one moment, see how far they are, and write the data tables to the disk of
 * backups. It reads no row of a tick: what a backup has to be like afterwards is told by the ledger and the bars.
 */
const backupGrants = (database: string): string[] => [
  `GRANT SHOW TABLES, SHOW COLUMNS, BACKUP, SYSTEM SYNC REPLICA, SYSTEM FLUSH DISTRIBUTED ON ${database}.*`,
  // DETACH and ATTACH ask for these.
  `GRANT DROP TABLE, CREATE TABLE ON ${database}.ticks_kafka`,
  "GRANT TABLE ENGINE ON Kafka",
  "GRANT NAMED COLLECTION ON kafka_ticks",
  `GRANT OPTIMIZE ON ${database}.ticks_buffer`,
  ...["offset_ledger", "bars_1m", "bar_changes", "dead_letters"].map(
    (table) => `GRANT SELECT ON ${database}.${table}`,
  ),
  "GRANT SELECT ON system.backups",
  "GRANT SELECT ON system.detached_tables",
  "GRANT SELECT(database, table, active, rows, bytes_on_disk) ON system.parts",
];

const grantsOf = (database: string, grants: readonly (readonly [string, string])[]): string[] =>
  grants.map(([right, table]) => `GRANT ${right} ON ${database}.${table}`);

/** Renders `users.xml`: the owner, the read-only API user, the bars, replay and backup users, their profiles and quotas. */
export function renderUsers(args: UsersArgs): string {
  const { database, ownerPassword, apiPassword, barsPassword, replayPassword, backupPassword } = args;
  const { drainPassword, networks } = args;
  const bootstrap = args.defaultUser !== "loopback";
  const from = { ip: [...networks] };
  return renderXml({
    profiles: {
      default: { ...SERVER_PROFILE, ...(args.insertQuorum && { insert_quorum: "auto" }) },
      api: API_PROFILE,
      replay: REPLAY_PROFILE,
    },
    quotas: { default: "", ...(bootstrap && { bootstrap: BOOTSTRAP_QUOTA }) },
    users: {
      default: DEFAULT_USERS[args.defaultUser],
      owner: {
        password_sha256_hex: sha256(ownerPassword),
        networks: from,
        profile: "default",
        quota: "default",
        access_management: 1,
        named_collection_control: 1,
      },
      api: {
        password_sha256_hex: sha256(apiPassword),
        networks: from,
        profile: "api",
        quota: "default",
        grants: { query: apiGrants(database) },
      },
      bars: {
        password_sha256_hex: sha256(barsPassword),
        networks: from,
        profile: "default",
        quota: "default",
        grants: { query: grantsOf(database, BARS_GRANTS) },
      },
      replay: {
        password_sha256_hex: sha256(replayPassword),
        networks: from,
        profile: "replay",
        quota: "default",
        grants: { query: grantsOf(database, REPLAY_GRANTS) },
      },
      backup: {
        password_sha256_hex: sha256(backupPassword),
        networks: from,
        profile: "default",
        quota: "default",
        grants: { query: backupGrants(database) },
      },
      ...(drainPassword !== undefined && {
        drain: {
          password_sha256_hex: sha256(drainPassword),
          networks: { ip: ["127.0.0.1", "::1"] },
          profile: "default",
          quota: "default",
          grants: { query: grantsOf(database, DRAIN_GRANTS) },
        },
      }),
    },
  });
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const SERVER_PROFILE = {
  // An insert into ticks_all returns when the symbol's shard has the rows, not when they are queued here.
  distributed_foreground_insert: 1,
  // A message whose ticks belong to more months than this would be refused, and consumed again for ever.
  max_partitions_per_insert_block: 0,
  date_time_input_format: "best_effort",
  do_not_merge_across_partitions_select_final: 1,
};

const API_PROFILE: Xml = {
  // Nobody changes a setting, so what the API needs stands here.
  readonly: 1,
  // The API gives up on an answer that does not begin or move, and then closes the connection, which ends the query
  // (next setting); a long table at a slow client's pace takes longer than any answer that is waited for. Where a limit
  // stops a query, the API says which (422 limit_exceeded).
  max_execution_time: 600,
  // A query whose client has gone away is ended.
  cancel_http_readonly_queries_on_client_close: 1,
  max_memory_usage: 2_000_000_000,
  // Years of ticks of one symbol; a question over all of them is a mistake.
  max_rows_to_read: 5_000_000_000,
  // The API's longest page, and what comes late into it.
  max_result_rows: 101_000_000,
  max_result_bytes: 50_000_000_000,
  do_not_merge_across_partitions_select_final: 1,
  date_time_input_format: "best_effort",
  // One SQL text serves all formats: 64-bit numbers are strings in JSON, times ISO 8601, NULL nothing in CSV.
  output_format_json_quote_64bit_integers: 1,
  date_time_output_format: "iso",
  format_csv_null_representation: "",
  output_format_arrow_string_as_string: 1,
  output_format_arrow_low_cardinality_as_dictionary: 0,
  output_format_arrow_compression_method: "zstd",
  output_format_parquet_string_as_string: 1,
  output_format_parquet_compression_method: "zstd",
  // Half of the time that a file takes, for filters that nobody asks it.
  output_format_parquet_write_bloom_filter: 0,
  // CSV goes through the API as ClickHouse compressed it.
  enable_http_compression: 1,
  // A failure in the middle breaks the connection: nothing may make a part look like a whole.
  http_write_exception_in_output_format: 0,
  // A page ends its reading; what was read ahead of it would be for nothing.
  read_in_order_use_buffering: 0,
};

const REPLAY_PROFILE: Xml = {
  ...SERVER_PROFILE,
  max_execution_time: 35,
  max_memory_usage: 1_000_000_000,
};

// The embedded engine starts its listeners as `default`, without a password and from 127.0.0.1: it asks for no
// other. So that user may do just that, and its quota is used up by doing it once.
const BOOTSTRAP_QUOTA: Xml = { interval: { duration: 2_000_000_000, queries: 3 } };
const BOOTSTRAP_USER = {
  no_password: "",
  networks: { ip: "127.0.0.1" },
  profile: "default",
  quota: "bootstrap",
  grants: { query: ["GRANT SYSTEM LISTEN ON *.*", "GRANT SELECT ON system.numbers"] },
};

/** Takes the place of the networks that the image allows it. */
const LOOPBACK_USER: Xml = { networks: { "@replace": "replace", ip: ["127.0.0.1", "::1"] } };

const DEFAULT_USERS: Readonly<Record<UsersArgs["defaultUser"], Xml>> = {
  bootstrap: BOOTSTRAP_USER,
  loopback: LOOPBACK_USER,
  powerless: { "@replace": "replace", ...BOOTSTRAP_USER },
};
