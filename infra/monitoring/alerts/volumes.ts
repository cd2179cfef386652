import type { Alert } from "./alert.ts";

/**
 * Volumes of a namespace, Kafka's and the Keepers' included; the kubelet tells of them, and a Prometheus of the whole
 * cluster reads it.
 */
export const volumes = (namespace: string): readonly Alert[] => [
  {
    alert: "TickhouseVolumeFillsUp",
    expr: `min by (persistentvolumeclaim) (kubelet_volume_stats_available_bytes{namespace="${namespace}"} / kubelet_volume_stats_capacity_bytes{namespace="${namespace}"}) < 0.15`,
    for: "10m",
    severity: "critical",
    summary: "A volume is 85 % full",
    description:
      "{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} left; raise its size in the stack's settings.",
  },
];
