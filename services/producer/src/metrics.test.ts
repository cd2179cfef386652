import { expect, it } from "vitest";
import { Counters } from "./counters.ts";
import { createMetrics, withMetrics } from "./metrics.ts";
import type { Sink } from "./sinks/sink.ts";

const sinkThat = (send: Sink["send"]): Sink => ({
  description: "",
  connect: async () => undefined,
  send,
  close: async () => undefined,
});
const batch = [{ key: "A", value: "{}\n{}", bytes: 6, kinds: ["trade", "quote"] }];

it("tells what the summary tells, at every scrape", async () => {
  const counters = new Counters();
  const registry = createMetrics(counters);
  counters.sent(batch);
  expect(await registry.metrics()).toContain("tickhouse_producer_sent_ticks_total 2");
  counters.acked(batch);
  counters.acked(batch);
  counters.skipped = 4;
  const text = await registry.metrics();
  expect(text).toContain('tickhouse_producer_ticks_total{kind="trade"} 2');
  expect(text).toContain('tickhouse_producer_ticks_total{kind="quote"} 2');
  expect(text).toContain("tickhouse_producer_messages_total 2");
  expect(text).toContain("tickhouse_producer_bytes_total 12");
  expect(text).toContain("tickhouse_producer_skipped_rows_total 4");
  expect(text).toContain("tickhouse_producer_lag_seconds 0");
});

it("times batches, and hands on the failure of one", async () => {
  const registry = createMetrics(new Counters());
  let fails = false;
  const sink = withMetrics(
    sinkThat(async () => {
      if (fails) throw new Error("no broker");
    }),
    registry,
  );
  await sink.send(batch);
  fails = true;
  await expect(sink.send(batch)).rejects.toThrow("no broker");
  const text = await registry.metrics();
  expect(text).toContain('tickhouse_producer_batch_duration_seconds_count{outcome="ok"} 1');
  expect(text).toContain('tickhouse_producer_batch_duration_seconds_count{outcome="failed"} 1');
});
