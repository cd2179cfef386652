import { createHash } from "node:crypto";
import { renderXml, type Xml } from "./xml.ts";

/** The users of every ClickHouse node; passwords are rendered as SHA-256 hashes only. */
export interface UsersArgs {
  readonly database: string;
  readonly ownerPassword: string;
  readonly apiPassword: string;
  readonly barsPassword: string;
  /** Networks that may connect as owner, API user and bars user. */
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

/** What the API user may do: read its tables, and see how many rows the Buffer holds, though not which. */
const apiGrants = (database: string): string[] => [
  ...API_TABLES.map((table) => `GRANT SELECT ON ${database}.${table}`),
  `GRANT SHOW TABLES ON ${database}.ticks_buffer`,
];

/** What the bars service may do: read trades and notes, write bars and notes, and wait for its replica. */
const BARS_GRANTS = [
  ["SELECT, SYSTEM SYNC REPLICA", "ticks_dedup"],
  ["SELECT, INSERT, SYSTEM SYNC REPLICA", "bar_changes"],
  ["SELECT, INSERT, SYSTEM SYNC REPLICA", "bars_1m"],
] as const;

/** What brings a node to rest: see its tables, detach its consumers, flush what is in memory. */
const DRAIN_GRANTS = [
  ["SHOW TABLES, SYSTEM FLUSH DISTRIBUTED", "*"],
  // DETACH asks for it.
  ["DROP TABLE", "ticks_kafka"],
  ["OPTIMIZE", "ticks_buffer"],
] as const;

/** Renders `users.xml`: the owner, the read-only API user, the bars user, their profiles and quotas. */
export function renderUsers(args: UsersArgs): string {
  const { database, ownerPassword, apiPassword, barsPassword, drainPassword, networks } = args;
  const bootstrap = args.defaultUser !== "loopback";
  const from = { ip: [...networks] };
  return renderXml({
    profiles: {
      default: { ...SERVER_PROFILE, ...(args.insertQuorum && { insert_quorum: "auto" }) },
      api: API_PROFILE,
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
        grants: { query: grants(database, BARS_GRANTS) },
      },
      ...(drainPassword !== undefined && {
        drain: {
          password_sha256_hex: sha256(drainPassword),
          networks: { ip: ["127.0.0.1", "::1"] },
          profile: "default",
          quota: "default",
          grants: { query: grants(database, DRAIN_GRANTS) },
        },
      }),
    },
  });
}

const grants = (database: string, rights: readonly (readonly [string, string])[]): string[] =>
  rights.map(([right, table]) => `GRANT ${right} ON ${database}.${table}`);

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
  // Longer than the API waits by itself, so that its own answer comes first.
  max_execution_time: 35,
  // A query whose client has gone away is ended.
  cancel_http_readonly_queries_on_client_close: 1,
  max_memory_usage: 2_000_000_000,
  max_result_rows: 10_000_000,
  do_not_merge_across_partitions_select_final: 1,
  date_time_input_format: "best_effort",
  output_format_json_quote_64bit_integers: 0,
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
