import type { Alert } from "./alert.ts";

/** The Keeper ensemble; targets without one have no Prometheus of the stack's. */
export const keepers: readonly Alert[] = [
  {
    alert: "TickhouseKeeperQuorumLost",
    expr: "(sum(ClickHouseAsyncMetrics_KeeperIsLeader) or vector(0)) < 1",
    for: "1m",
    severity: "critical",
    summary: "The Keepers have no leader",
    description: "No majority of Keepers: tables turn read-only, ticks wait in Kafka, reads go on.",
  },
  {
    alert: "TickhouseKeeperDown",
    expr: 'up{job="tickhouse-keeper"} == 0',
    for: "5m",
    severity: "warning",
    summary: "A Keeper does not answer",
    description: "{{ $labels.instance }} is down. Of three, one more and there is no quorum.",
  },
];
