import type { PartitionOffsets } from "@tickhouse/audit";
import { Gauge, type Registry } from "prom-client";
import type { Shared } from "../audit/shared.ts";
import { bufferedRows, lagOf } from "./answer.ts";
import type { NodeState } from "./nodes.ts";
import type { Pipeline, Recent } from "./pipeline.ts";
import { type BarDelayRow, RATE_SECONDS } from "./queries.ts";

/** A scrape asks anew for what is older. */
const REFRESH_AFTER_MS = 10_000;

/** Lag, rows in memory, dead letters, rates, latencies and nodes as gauges. */
export interface PipelineGauges {
  /** Called with each scrape: shows what was known last, and asks anew behind it when that is old. Waits for nothing. */
  scrape(): void;
}

type MakeGauge = (name: string, help: string, labelNames?: string[]) => Gauge;

/** Gauges of one part of the pipeline, and how its answer is shown in them. */
interface Shows<Value> {
  readonly gauges: readonly Gauge[];
  set(value: Value): void;
}

function kafkaGauges(gauge: MakeGauge, topic: string): Shows<readonly PartitionOffsets[]> {
  const of = (name: string, help: string) => gauge(name, help, ["topic", "partition"]);
  const lag = of("kafka_lag", "Messages that the warehouse has yet to read.");
  const end = of("kafka_end_offset", "Offset that the next message of the partition will have.");
  const committed = of("kafka_committed_offset", "Offset that the warehouse reads next.");
  const oldest = of("kafka_oldest_offset", "Oldest offset that Kafka still has.");
  return {
    gauges: [lag, end, committed, oldest],
    set(partitions) {
      for (const each of partitions) {
        const labels = { topic, partition: each.partition };
        lag.set(labels, lagOf(each));
        end.set(labels, Number(each.end));
        oldest.set(labels, Number(each.low));
        if (each.committed !== undefined) committed.set(labels, Number(each.committed));
      }
    },
  };
}

function nodeGauges(gauge: MakeGauge): Shows<readonly NodeState[]> {
  const of = (name: string, help: string) => gauge(`clickhouse_${name}`, help, ["node"]);
  const up = of("node_up", "Whether the node answers the API: 1, or 0.");
  const parts = of("parts", "Active parts of the warehouse's tables.");
  const fullest = of("fullest_partition_parts", "Active parts of the partition that has the most.");
  const rows = of("rows", "Rows on disk, of all tables.");
  const bytes = of("bytes", "Bytes on disk, of all tables.");
  const free = of("disk_free_bytes", "Free bytes of the disk that is nearest to being full.");
  const total = of("disk_total_bytes", "Size of that disk.");
  const buffered = gauge("buffer_rows", "Rows in memory only, of the nodes that are up.");
  return {
    gauges: [up, parts, fullest, rows, bytes, free, total, buffered],
    set(nodes) {
      for (const { name: node, held } of nodes) {
        up.set({ node }, held === undefined ? 0 : 1);
        if (held === undefined) continue;
        parts.set({ node }, held.parts);
        fullest.set({ node }, held.fullestPartition);
        rows.set({ node }, held.rows);
        bytes.set({ node }, held.bytes);
        free.set({ node }, held.diskFree);
        total.set({ node }, held.diskTotal);
      }
      const inMemory = bufferedRows(nodes);
      if (inMemory !== undefined) buffered.set(inMemory);
    },
  };
}

const QUANTILES = ["0.5", "0.99"] as const;

/** @param perSecond how many of the values' units are a second */
function setQuantiles(shown: Gauge, values: readonly (number | string)[], perSecond: number): void {
  for (const [index, quantile] of QUANTILES.entries())
    if (values[index] !== undefined) shown.set({ quantile }, Number(values[index]) / perSecond);
}

function recentGauges(gauge: MakeGauge): Shows<Recent> {
  const rate = gauge("pipeline_rows_per_second", "Rows that a stage took in, mean of the last minute.", [
    "stage",
  ]);
  const age = gauge(
    "pipeline_tick_age_seconds",
    "From the exchange's time to the warehouse's, of live ticks of the last minute.",
    ["quantile"],
  );
  return {
    gauges: [rate, age],
    set({ ticks, dedup, bars }) {
      for (const [stage, rows] of Object.entries({ source: ticks.live, ticks: ticks.rows, dedup, bars }))
        rate.set({ stage }, rows / RATE_SECONDS);
      if (ticks.live > 0) setQuantiles(age, ticks.age, 1_000_000);
    },
  };
}

function barGauges(gauge: MakeGauge): Shows<BarDelayRow> {
  const delay = gauge(
    "pipeline_bar_delay_seconds",
    "From the last change of a minute to its exact bar, of the last minute.",
    ["quantile"],
  );
  const pending = gauge("pipeline_bars_pending", "Minutes that changed lately and wait for their exact bar.");
  return {
    gauges: [delay, pending],
    set(row) {
      pending.set(row.pending);
      if (row.computed > 0) setQuantiles(delay, row.delay, 1_000);
    },
  };
}

/** A gauge whose number is not known any more goes away: who scales or alerts by it sees that, and no old number. */
export function createPipelineGauges(
  registry: Registry,
  pipeline: Pick<Pipeline, "offsets" | "nodes" | "deadLetters" | "recent" | "barDelay">,
  topic: string | undefined,
  now: () => number = Date.now,
): PipelineGauges {
  const gauge: MakeGauge = (name, help, labelNames = []) => {
    const made = new Gauge({ name: `tickhouse_${name}`, help, labelNames, registers: [registry] });
    // Without labels it would say 0 before anything was asked.
    if (labelNames.length === 0) made.remove();
    return made;
  };
  const show = <Value>(shared: Shared<Value>, { gauges, set }: Shows<Value>): (() => void) => {
    return () => {
      const { last } = shared;
      for (const each of gauges) forget(each);
      if (last?.ok === true) set(last.value);
      if (last === undefined || now() - last.endedMs >= REFRESH_AFTER_MS) shared.get().catch(() => {});
    };
  };
  const letters = gauge("dead_letters", "Lines that could not be stored, those replayed since included.");
  const { offsets, nodes, deadLetters, recent, barDelay } = pipeline;
  const shows = [
    show(nodes, nodeGauges(gauge)),
    show(deadLetters, { gauges: [letters], set: ({ total }) => letters.set(total) }),
    show(recent, recentGauges(gauge)),
    show(barDelay, barGauges(gauge)),
    ...(offsets === undefined ? [] : [show(offsets, kafkaGauges(gauge, topic ?? ""))]),
  ];
  return {
    scrape() {
      for (const each of shows) each();
    },
  };
}

/** `reset` alone would leave a gauge without labels at 0. */
function forget(gauge: Gauge): void {
  gauge.reset();
  gauge.remove({});
}
