import type { Alert } from "./alert.ts";

/** Exact bars. */
export const bars: readonly Alert[] = [
  {
    alert: "TickhouseBarsBehind",
    expr: "max(tickhouse_audit_bars_pending) > 1000",
    for: "10m",
    severity: "warning",
    summary: "Exact bars are not recomputed as fast as their trades change",
    description: "{{ $value }} minutes wait for their bar.",
  },
  {
    alert: "TickhouseBarsStalled",
    expr: "time() - max by (shard) (tickhouse_bars_last_pass_timestamp_seconds) > 300",
    for: "1m",
    severity: "critical",
    summary: "The bars of a shard are not kept",
    description: "Shard {{ $labels.shard }} had its last pass {{ $value | humanizeDuration }} ago.",
  },
];
