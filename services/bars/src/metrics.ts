import { createRegistry } from "@tickhouse/common";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

export interface Metrics {
  readonly registry: Registry;
  ofShard(shard: number): ShardObserver;
}

/** Told how the passes over one shard go. */
export interface ShardObserver {
  /** @param minutes that were recomputed */
  passed(minutes: number, seconds: number): void;
  failed(): void;
}

/** What the service does, by shard; each shard's counters are there from the start, at 0. */
export function createMetrics(now: () => number = Date.now): Metrics {
  const registry = createRegistry();
  const common = { labelNames: ["shard"], registers: [registry] };
  const minutes = new Counter({
    ...common,
    name: "tickhouse_bars_recomputed_minutes_total",
    help: "Minutes whose exact bar was recomputed.",
  });
  const failures = new Counter({
    ...common,
    name: "tickhouse_bars_failed_passes_total",
    help: "Passes over a shard that failed: none of its replicas answered, or refused a statement.",
  });
  const durations = new Histogram({
    ...common,
    name: "tickhouse_bars_pass_duration_seconds",
    help: "Time of a pass over a shard that did not fail.",
    buckets: SECONDS,
  });
  const lastPass = new Gauge({
    ...common,
    name: "tickhouse_bars_last_pass_timestamp_seconds",
    help: "When the last pass that did not fail ended.",
  });
  return {
    registry,
    ofShard(id) {
      const labels = { shard: id };
      minutes.inc(labels, 0);
      failures.inc(labels, 0);
      return {
        passed(recomputed, seconds) {
          minutes.inc(labels, recomputed);
          durations.observe(labels, seconds);
          lastPass.set(labels, now() / 1_000);
        },
        failed: () => failures.inc(labels),
      };
    },
  };
}
