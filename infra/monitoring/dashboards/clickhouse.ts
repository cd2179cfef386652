import type { Page } from "./panel.ts";

const CLICKHOUSE = 'job="tickhouse-clickhouse"';
const rateOf = (event: string): string =>
  `sum by (instance) (rate(ClickHouseProfileEvents_${event}{${CLICKHOUSE}}[1m]))`;
const metric = (name: string): string => `ClickHouseMetrics_${name}{${CLICKHOUSE}}`;
const EACH = "{{instance}}";
const NODE = "{{node}}";

/** The nodes and their Keepers. */
export const clickhouse: Page = {
  uid: "tickhouse-clickhouse",
  title: "Tickhouse: ClickHouse",
  description: "Inserts, queries, parts, disks and replicas of each node, and the Keepers.",
  rows: {
    Load: [
      {
        kind: "lines",
        title: "Rows inserted a second",
        help: "By all views together: a tick is inserted into several tables.",
        unit: "short",
        queries: { [EACH]: rateOf("InsertedRows") },
      },
      {
        kind: "lines",
        title: "Rows read a second",
        help: "By queries.",
        unit: "short",
        queries: { [EACH]: rateOf("SelectedRows") },
      },
      {
        kind: "lines",
        title: "Queries a second",
        help: "Those that failed apart.",
        unit: "ops",
        queries: { [EACH]: rateOf("Query"), [`${EACH} failed`]: rateOf("FailedQuery") },
      },
      {
        kind: "lines",
        title: "Queries that run",
        help: "At the moment of the scrape.",
        unit: "short",
        queries: { [EACH]: metric("Query") },
      },
      {
        kind: "lines",
        title: "Memory",
        help: "That the server counts as allocated.",
        unit: "bytes",
        queries: { [EACH]: metric("MemoryTracking") },
      },
      {
        kind: "lines",
        title: "Time of the API's queries, p99",
        help: "As the API saw them, by query.",
        unit: "s",
        queries: {
          "{{query}}":
            "histogram_quantile(0.99, sum by (le, query) (rate(tickhouse_api_clickhouse_query_duration_seconds_bucket[5m])))",
        },
      },
    ],
    "Parts and disks": [
      {
        kind: "lines",
        title: "Parts of the fullest partition",
        help: "Inserts are slowed from 1,000 on, and refused from 3,000 on.",
        unit: "short",
        queries: { [NODE]: "max by (node) (tickhouse_clickhouse_fullest_partition_parts)" },
        limits: [500, 1_000],
      },
      {
        kind: "lines",
        title: "Merges that run",
        help: "At the moment of the scrape.",
        unit: "short",
        queries: { [EACH]: metric("Merge") },
      },
      {
        kind: "lines",
        title: "Free part of the disk",
        help: "Of the disk that is nearest to being full.",
        unit: "percentunit",
        queries: {
          [NODE]:
            "min by (node) (tickhouse_clickhouse_disk_free_bytes / tickhouse_clickhouse_disk_total_bytes)",
        },
      },
      {
        kind: "lines",
        title: "Bytes on disk",
        help: "Of the warehouse's tables.",
        unit: "bytes",
        queries: { [NODE]: "max by (node) (tickhouse_clickhouse_bytes)" },
      },
      {
        kind: "lines",
        title: "Rows on disk",
        help: "Of all tables.",
        unit: "short",
        queries: { [NODE]: "max by (node) (tickhouse_clickhouse_rows)" },
      },
      {
        kind: "lines",
        title: "Inserts slowed and refused",
        help: "In ten minutes, for too many parts.",
        unit: "short",
        queries: {
          [`${EACH} slowed`]: `increase(ClickHouseProfileEvents_DelayedInserts{${CLICKHOUSE}}[10m])`,
          [`${EACH} refused`]: `increase(ClickHouseProfileEvents_RejectedInserts{${CLICKHOUSE}}[10m])`,
        },
      },
    ],
    "Replicas and Keepers": [
      {
        kind: "lines",
        title: "Tables that are read-only",
        help: "A node without a session with a quorum of Keepers.",
        unit: "short",
        queries: { [EACH]: metric("ReadonlyReplica") },
        limits: [1, 1],
      },
      {
        kind: "lines",
        title: "Replicas behind",
        help: "Behind their shard.",
        unit: "s",
        queries: { [EACH]: "ClickHouseAsyncMetrics_ReplicasMaxAbsoluteDelay" },
        limits: [10, 60],
      },
      {
        kind: "lines",
        title: "Leader",
        help: "The Keeper that is 1.",
        unit: "short",
        queries: { [EACH]: "ClickHouseAsyncMetrics_KeeperIsLeader" },
      },
      {
        kind: "lines",
        title: "Keepers in sync",
        help: "Followers that the leader knows to be in sync.",
        unit: "short",
        queries: { synced: "max(ClickHouseAsyncMetrics_KeeperSyncedFollowers)" },
      },
    ],
  },
};
