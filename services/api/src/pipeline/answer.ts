import type { Audit, PartitionOffsets } from "@tickhouse/audit";
import type { Summary } from "@tickhouse/dead-letters";
import type { Percentiles } from "./latencies.ts";
import type { NodeState } from "./nodes.ts";
import type { Recent } from "./pipeline.ts";
import { type BarDelayRow, RATE_SECONDS } from "./queries.ts";

/** What of the pipeline could be told; undefined what could not. */
export interface Known {
  readonly offsets: readonly PartitionOffsets[] | undefined;
  readonly nodes: readonly NodeState[];
  readonly deadLetters: Summary | undefined;
  readonly recent: Recent | undefined;
  readonly barDelay: BarDelayRow | undefined;
  readonly visible: Percentiles | null;
  readonly audit: Audit | undefined;
}

export interface Stage {
  readonly name: "source" | "ingest" | "buffer" | "ticks" | "dedup" | "bars";
  readonly rate: number | null;
  readonly lag: number | null;
  readonly lagUnit: "messages" | "rows" | "minutes" | null;
  readonly latencyMs: Percentiles | null;
}

/** Messages of a partition that the group has yet to read. Where it has read none, all that Kafka still has. Pure. */
export const lagOf = ({ end, committed, low }: PartitionOffsets): number => {
  const lag = end - (committed ?? low);
  // The end was read after the position, but a topic that was made anew counts from 0 again.
  return lag < 0n ? 0 : Number(lag);
};

/** Rows that the nodes that are up hold in memory; undefined when none is. Pure. */
export function bufferedRows(nodes: readonly NodeState[]): number | undefined {
  const up = nodes.flatMap(({ held }) => held ?? []);
  return up.length === 0 ? undefined : up.reduce((sum, { buffered }) => sum + buffered, 0);
}

const rate = (rows: number | undefined): number | null => (rows === undefined ? null : rows / RATE_SECONDS);

/** Two percentiles of a query, in milliseconds; null when they are of nothing. */
function percentiles(
  rows: number | undefined,
  values: readonly (number | string)[],
  perMs: number,
): Percentiles | null {
  const [p50, p99] = values.map((value) => Number(value) / perMs);
  return rows === undefined || rows === 0 || p50 === undefined || p99 === undefined ? null : { p50, p99 };
}

/** Every stage in the order in which a tick goes through them. Pure. */
export function stagesOf(known: Known): Stage[] {
  const { offsets, nodes, deadLetters, recent, barDelay, visible } = known;
  const ticks = recent?.ticks;
  const ingested = ticks && deadLetters && ticks.rows + deadLetters.lastMinute;
  const stage = (name: Stage["name"], rows: number | undefined, rest: Partial<Stage> = {}): Stage => ({
    name,
    rate: rate(rows),
    lag: null,
    lagUnit: null,
    latencyMs: null,
    ...rest,
  });
  const lag = offsets?.reduce((sum, each) => sum + lagOf(each), 0) ?? null;
  return [
    stage("source", ticks?.live, { latencyMs: percentiles(ticks?.live, ticks?.age ?? [], 1_000) }),
    stage("ingest", ingested, { lag, lagUnit: "messages" }),
    stage("buffer", ticks?.rows, { lag: bufferedRows(nodes) ?? null, lagUnit: "rows" }),
    stage("ticks", ticks?.rows, { latencyMs: visible }),
    stage("dedup", recent?.dedup),
    stage("bars", recent?.bars, {
      lag: barDelay?.pending ?? null,
      lagUnit: "minutes",
      latencyMs: percentiles(barDelay?.computed, barDelay?.delay ?? [], 1),
    }),
  ];
}

/** The pipeline as the API tells it. Pure. */
export const pipelineJson = (known: Known, problems: readonly string[], time: string) => ({
  time,
  partitions:
    known.offsets?.map((each) => ({
      partition: each.partition,
      endOffset: String(each.end),
      committedOffset: each.committed === undefined ? null : String(each.committed),
      lag: lagOf(each),
    })) ?? null,
  buffer: { rows: bufferedRows(known.nodes) ?? null },
  stages: stagesOf(known),
  deadLetters: known.deadLetters
    ? {
        total: known.deadLetters.total,
        lastHour: known.deadLetters.lastHour,
        causes: known.deadLetters.causes.map((each) => ({ ...each })),
      }
    : null,
  nodes: known.nodes.map(({ name, shard, replica, held }) => ({
    name,
    shard,
    replica,
    up: held !== undefined,
    parts: held?.parts ?? null,
    rows: held?.rows ?? null,
    bytes: held?.bytes ?? null,
  })),
  audit: known.audit
    ? {
        verdict: known.audit.verdict,
        time: known.audit.at,
        missing: known.audit.partitions.reduce((sum, { missing }) => sum + Number(missing), 0),
      }
    : null,
  problems: [...problems],
});
