import type { Config } from "../config.ts";
import type { Topology } from "../topology.ts";
import { type SchemaNames, ticksStorage, ticksTtl } from "./render.ts";

/** Buffer's thresholds: layers, then min and max of seconds, rows, bytes. */
const BUFFER_THRESHOLDS: Readonly<Record<Config["bufferMode"], string>> = {
  // Every block is larger than max_rows = 0: nothing stays in memory.
  passthrough: "1, 1, 1, 0, 0, 0, 0",
  throughput: "16, 10, 60, 10000, 1000000, 1048576, 10485760",
};

/** Longest that a tick takes from Kafka's consumer into its table, a slow shard included, in milliseconds. */
const PASSING_MS = 10_000;

/** Longest that a Buffer of these thresholds keeps a tick, in milliseconds. */
const GATHERING_MS: Readonly<Record<Config["bufferMode"], number>> = { passthrough: 0, throughput: 60_000 };

/** How old a tick is when everything before it in its partition is in its table too. Pure. */
export const settleMs = ({ bufferMode }: Pick<Config, "bufferMode">): number =>
  PASSING_MS + GATHERING_MS[bufferMode];

/** Settings that the SQL files depend on. */
export type SchemaSettings = Pick<
  Config,
  | "retentionDays"
  | "hotDays"
  | "archiveUrl"
  | "bufferMode"
  | "flushIntervalMs"
  | "earliestTick"
  | "maxFutureSeconds"
>;

/** What stands for the `${names}` of the SQL files under a configuration. Pure. */
export function schemaNames(config: SchemaSettings, topology: Topology): SchemaNames {
  return {
    ticks_ttl: ticksTtl(config),
    history_ttl: ticksTtl({ ...config, retentionDays: 0 }),
    ticks_storage: ticksStorage(config.archiveUrl),
    kafka_consumers: String(topology.consumersPerNode),
    kafka_flush_interval_ms: String(config.flushIntervalMs),
    kafka_poll_timeout_ms: String(Math.min(config.flushIntervalMs, 100)),
    buffer_thresholds: BUFFER_THRESHOLDS[config.bufferMode],
    earliest_tick: config.earliestTick,
    max_future_seconds: String(config.maxFutureSeconds),
  };
}
