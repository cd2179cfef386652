import type { Alert } from "./alert.ts";

/**
 * ClickHouse nodes. What the API asks each node for is used where it will do: it is the same on every target, and told
 * with the node's name. Only what a server alone knows comes from its own endpoint.
 */
export const clickhouse: readonly Alert[] = [
  {
    alert: "TickhouseNodeDown",
    expr: "max by (node) (tickhouse_clickhouse_node_up) == 0",
    for: "2m",
    severity: "critical",
    summary: "A ClickHouse node does not answer",
    description:
      "{{ $labels.node }} answers no copy of the API. Its ticks wait in Kafka; its sibling, if there is one, reads on.",
  },
  {
    alert: "TickhouseReplicaReadOnly",
    expr: "max by (instance) (ClickHouseMetrics_ReadonlyReplica) > 0",
    for: "5m",
    severity: "critical",
    summary: "Tables of a ClickHouse node can't be written",
    description:
      "{{ $value }} tables of {{ $labels.instance }} are read-only: it has no session with a Keeper quorum.",
  },
  {
    alert: "TickhouseReplicaBehind",
    expr: "max by (instance) (ClickHouseAsyncMetrics_ReplicasMaxAbsoluteDelay) > 60",
    for: "5m",
    severity: "warning",
    summary: "A replica is a minute behind its shard",
    description:
      "{{ $labels.instance }} is {{ $value | humanizeDuration }} behind: it does not fetch parts fast enough, or can't.",
  },
  {
    alert: "TickhouseTooManyParts",
    expr: "max by (node) (tickhouse_clickhouse_fullest_partition_parts) > 1000",
    for: "10m",
    severity: "warning",
    summary: "A partition has too many parts",
    description:
      "{{ $value }} parts on {{ $labels.node }}: inserts are slowed from 1,000 on and refused from 3,000 on.",
  },
  {
    alert: "TickhouseInsertsRejected",
    expr: "increase(ClickHouseProfileEvents_RejectedInserts[10m]) > 0",
    for: "0m",
    severity: "critical",
    summary: "A ClickHouse node refuses inserts: too many parts",
    description: "{{ $labels.instance }} refused inserts within ten minutes. Ticks wait in Kafka.",
  },
  {
    alert: "TickhouseDiskFillsUp",
    expr: "min by (node) (tickhouse_clickhouse_disk_free_bytes / tickhouse_clickhouse_disk_total_bytes) < 0.15",
    for: "10m",
    severity: "critical",
    summary: "The disk of a ClickHouse node is 85 % full",
    description:
      "{{ $labels.node }} has {{ $value | humanizePercentage }} left. A full node refuses inserts and merges.",
  },
];
