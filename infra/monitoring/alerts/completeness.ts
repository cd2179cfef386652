import type { Alert } from "./alert.ts";

/** Is everything that Kafka took stored? Where the API has several copies, each audits; one that can is enough. */
export const completeness: readonly Alert[] = [
  {
    alert: "TickhouseTicksMissing",
    expr: "sum(max by (topic, partition) (tickhouse_audit_missing_offsets)) > 0",
    for: "5m",
    severity: "critical",
    summary: "Messages were read from Kafka and are not stored",
    description:
      "{{ $value }} messages are missing. Kafka keeps them for seven days; npm run verify -- --heal.",
  },
  {
    alert: "TickhouseAuditFails",
    expr: "max(tickhouse_audit_up) == 0",
    for: "10m",
    severity: "critical",
    summary: "No audit can be made",
    description: "A ClickHouse node or Kafka does not answer, so nobody knows whether ticks are missing.",
  },
  {
    alert: "TickhouseAuditStale",
    expr: "(time() - max(tickhouse_audit_timestamp_seconds) > 900) or absent(tickhouse_audit_timestamp_seconds)",
    for: "5m",
    severity: "warning",
    summary: "The last audit is over fifteen minutes old, or there was none",
    description:
      "Each scrape begins an audit when the last one is a minute old; one that never ends is stuck.",
  },
  {
    alert: "TickhouseTicksExpired",
    expr: "max by (topic, partition) (tickhouse_kafka_oldest_offset) > max by (topic, partition) (tickhouse_kafka_committed_offset)",
    for: "1m",
    severity: "critical",
    summary: "Kafka deleted messages before they were read",
    description:
      "Partition {{ $labels.partition }} begins at an offset behind the warehouse's own: what was between is lost to it.",
  },
  {
    alert: "TickhouseDeadLetters",
    expr: "max(delta(tickhouse_dead_letters[10m])) > 60",
    for: "5m",
    severity: "warning",
    summary: "Many lines can't be stored",
    description:
      "{{ $value | humanize }} dead letters in ten minutes: a feed changed its format. npm run dead-letters.",
  },
];
