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
  const gauges = createPipelineGauges(registry, { offsets, nodes, deadLetters }, "ticks", now);

  gauges.scrape();
  expect(await registry.metrics()).not.toMatch(/^tickhouse_\w+(?:\{[^}]*\})? \d/m);
  await until(() => offsets.last?.ok === true && deadLetters.last?.ok === true, "the first answers");
  gauges.scrape();
  const text = await registry.metrics();
  expect(text).toMatch(/^tickhouse_kafka_lag\{topic="ticks",partition="0"\} 7$/m);
  expect(text).toMatch(/^tickhouse_dead_letters 4$/m);
  // No node is up: nobody knows what is in memory.
  expect(text).not.toMatch(/^tickhouse_buffer_rows/m);

  kafkaUp = false;
  nowMs = 10_000;
  gauges.scrape();
  await until(() => offsets.last?.ok === false, "the failure");
  gauges.scrape();
  expect(await registry.metrics()).not.toMatch(/^tickhouse_kafka_lag\{/m);
});
