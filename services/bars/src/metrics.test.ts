import { expect, it } from "vitest";
import { createMetrics } from "./metrics.ts";

it("counts minutes, passes and failures by shard", async () => {
  const metrics = createMetrics(() => 1_500);
  const [first, second] = [metrics.ofShard(1), metrics.ofShard(2)];
  first.passed(3, 0.2);
  first.passed(0, 0.1);
  second.failed();
  const text = await metrics.registry.metrics();
  expect(text).toContain('tickhouse_bars_recomputed_minutes_total{shard="1"} 3');
  expect(text).toContain('tickhouse_bars_recomputed_minutes_total{shard="2"} 0');
  expect(text).toContain('tickhouse_bars_pass_duration_seconds_count{shard="1"} 2');
  expect(text).toContain('tickhouse_bars_failed_passes_total{shard="1"} 0');
  expect(text).toContain('tickhouse_bars_failed_passes_total{shard="2"} 1');
  expect(text).toContain('tickhouse_bars_last_pass_timestamp_seconds{shard="1"} 1.5');
  expect(text).not.toContain('tickhouse_bars_last_pass_timestamp_seconds{shard="2"}');
});
