import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { createShared } from "../audit/shared.ts";
import { until } from "../testing/until.ts";
import { createPipelineGauges } from "./gauges.ts";

const nothing = { total: 4, lastHour: 0, lastMinute: 0, causes: [] };

it("shows the lag that was known last, and none once Kafka does not answer", async () => {
  const registry = new Registry();
  let kafkaUp = true;
  let nowMs = 0;
  const now = () => nowMs;
  const offsets = createShared(
    async () => {
      if (!kafkaUp) throw new Error("down");
      return [{ partition: 0, low: 0n, end: 12n, committed: 5n }];
    },
    0,
    now,
  );
  const nodes = createShared(
    async () => [{ name: "a", shard: null, replica: null, held: undefined }],
    0,
    now,
  );
  const deadLetters = createShared(async () => nothing, 0, now);
  const recent = createShared(
    async () => ({ ticks: { rows: 120, live: 60, age: [2_000, "30000"] }, dedup: 30, bars: 6 }),
    0,
    now,
  );
  const barDelay = createShared(async () => ({ pending: 3, computed: 0, delay: [Number.NaN] }), 0, now);
  const pipeline = { offsets, nodes, deadLetters, recent, barDelay };
  const gauges = createPipelineGauges(registry, pipeline, "ticks", now);

  gauges.scrape();
  expect(await registry.metrics()).not.toMatch(/^tickhouse_\w+(?:\{[^}]*\})? \d/m);
  await until(() => Object.values(pipeline).every(({ last }) => last?.ok === true), "the first answers");
  gauges.scrape();
  const text = await registry.metrics();
  expect(text).toMatch(/^tickhouse_kafka_lag\{topic="ticks",partition="0"\} 7$/m);
  expect(text).toMatch(/^tickhouse_dead_letters 4$/m);
  expect(text).toMatch(/^tickhouse_kafka_committed_offset\{topic="ticks",partition="0"\} 5$/m);
  expect(text).toMatch(/^tickhouse_pipeline_rows_per_second\{stage="ticks"\} 2$/m);
  expect(text).toMatch(/^tickhouse_pipeline_tick_age_seconds\{quantile="0.99"\} 0.03$/m);
  expect(text).toMatch(/^tickhouse_pipeline_bars_pending 3$/m);
  // Of no bar there is no delay.
  expect(text).not.toMatch(/^tickhouse_pipeline_bar_delay_seconds/m);
  expect(text).toMatch(/^tickhouse_clickhouse_node_up\{node="a"\} 0$/m);
  expect(text).not.toMatch(/^tickhouse_clickhouse_parts/m);
  // No node is up: nobody knows what is in memory.
  expect(text).not.toMatch(/^tickhouse_buffer_rows/m);

  kafkaUp = false;
  nowMs = 10_000;
  gauges.scrape();
  await until(() => offsets.last?.ok === false, "the failure");
  gauges.scrape();
  expect(await registry.metrics()).not.toMatch(/^tickhouse_kafka_lag\{/m);
});
