import type * as pulumi from "@pulumi/pulumi";
import { ROLE_LABEL, type Role } from "./names.ts";

/**
 * Specification of a ServiceMonitor of the Prometheus operator for the Service of a role.
 * @param authoritiesSecret with the authorities, as `ca.crt`, where metrics are read over TLS
 */
export const serviceMonitorSpec = (role: Role, port: string, authoritiesSecret?: pulumi.Input<string>) => ({
  selector: { matchLabels: { [ROLE_LABEL]: role, "tickhouse.com/service": "client" } },
  endpoints: [
    {
      port,
      path: "/metrics",
      interval: "30s",
      ...(authoritiesSecret !== undefined && {
        scheme: "https",
        tlsConfig: { ca: { secret: { name: authoritiesSecret, key: "ca.crt" } }, serverName: role },
      }),
    },
  ],
});

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly severity: "critical" | "warning";
  readonly summary: string;
}

/** What somebody is woken for, and what can wait until morning. */
const ALERTS: readonly Alert[] = [
  {
    alert: "TickhouseTicksMissing",
    expr: "sum(tickhouse_audit_missing_offsets) > 0",
    for: "5m",
    severity: "critical",
    summary: "Messages were read from Kafka and are not stored; npm run verify -- --heal fetches them",
  },
  {
    alert: "TickhouseAuditFails",
    expr: "min(tickhouse_audit_up) == 0",
    for: "10m",
    severity: "critical",
    summary: "No audit can be made: a ClickHouse node or Kafka does not answer",
  },
  {
    alert: "TickhouseConsumersBehind",
    expr: "sum(max by (topic, partition) (tickhouse_audit_pending_offsets)) > 100000",
    for: "10m",
    severity: "warning",
    summary: "ClickHouse reads slower than Kafka is written to",
  },
  {
    alert: "TickhouseBarsBehind",
    expr: "max(tickhouse_audit_bars_pending) > 1000",
    for: "10m",
    severity: "warning",
    summary: "Exact bars are not recomputed as fast as their trades change",
  },
  {
    alert: "TickhouseReplicaReadOnly",
    expr: "max by (pod) (ClickHouseMetrics_ReadonlyReplica) > 0",
    for: "5m",
    severity: "critical",
    summary: "Tables of a ClickHouse node can't be written: its Keepers have no majority",
  },
  {
    alert: "TickhouseReplicaBehind",
    expr: "max by (pod) (ClickHouseAsyncMetrics_ReplicasMaxAbsoluteDelay) > 60",
    for: "5m",
    severity: "warning",
    summary: "A replica is a minute behind its shard",
  },
];

/** Of every volume of the namespace. */
const volumeAlert = (namespace: string): Alert => ({
  alert: "TickhouseVolumeFillsUp",
  expr: `min by (persistentvolumeclaim) (kubelet_volume_stats_available_bytes{namespace="${namespace}"} / kubelet_volume_stats_capacity_bytes{namespace="${namespace}"}) < 0.15`,
  for: "10m",
  severity: "critical",
  summary: "A volume is 85 % full; raise its size in the stack's settings",
});

/** Specification of the PrometheusRule. Pure. */
export const alertsSpec = (namespace: string) => ({
  groups: [
    {
      name: "tickhouse",
      rules: [...ALERTS, volumeAlert(namespace)].map(({ severity, summary, ...rule }) => ({
        ...rule,
        labels: { severity },
        annotations: { summary },
      })),
    },
  ],
});
