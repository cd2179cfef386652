import { createHeartbeat, createLogger, EnvError, MetricsPortError, serveMetrics } from "@tickhouse/common";
import { loadConfig } from "./config.ts";
import { keepBars } from "./keepBars.ts";
import { createMetrics } from "./metrics.ts";
import { openShards } from "./shard.ts";

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger({ name: "bars", level: config.logLevel, file: config.logFile });
  const shards = openShards(config.clickhouse);
  const metrics = createMetrics();
  const { host, port } = config.metrics;
  if (port !== undefined) await serveMetrics(metrics.registry, { host, port });
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      logger.info({ signal }, "stopping after this pass");
      stop.abort();
    });
  }
  logger.info({ shards: shards.map(({ name }) => name), intervalMs: config.intervalMs }, "keeping bars");
  const beat = config.heartbeatFile === undefined ? async () => {} : createHeartbeat(config.heartbeatFile);
  await keepBars({ shards, intervalMs: config.intervalMs, logger, beat, metrics, signal: stop.signal });
  await Promise.all(shards.map((shard) => shard.close()));
  logger.info("stopped");
  // A log file's stream would keep the process alive.
  setTimeout(() => process.exit(0), 200).unref();
}

main().catch((error: unknown) => {
  // What the user can put right is a message; anything else keeps its stack.
  const known = error instanceof EnvError || error instanceof MetricsPortError;
  console.error(known ? error.message : error);
  process.exit(1);
});
