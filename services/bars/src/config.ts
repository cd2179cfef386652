import {
  commaList,
  httpUrl,
  loadEnv,
  logLevel,
  type MetricsConfig,
  metricsConfig,
  metricsEnv,
  secretFile,
} from "@tickhouse/common";
import { z } from "zod";

export interface ClickHouseConfig {
  /** Base URLs of each shard's replicas. */
  readonly shards: readonly (readonly string[])[];
  readonly username: string;
  readonly password: string;
  readonly database: string;
}

export interface Config {
  readonly clickhouse: ClickHouseConfig;
  /** Pause between two passes, in milliseconds. */
  readonly intervalMs: number;
  readonly heartbeatFile: string | undefined;
  readonly metrics: MetricsConfig;
  readonly logLevel: string;
  readonly logFile: string | undefined;
}

const SHARDS = "accepted: http://host:port of each shard, separated by semicolons; replicas by commas";

const envSchema = z.object({
  CLICKHOUSE_SHARDS: z
    .string(SHARDS)
    .transform((text) => text.split(";"))
    .pipe(z.array(commaList.pipe(z.array(httpUrl)), SHARDS)),
  CLICKHOUSE_USER: z.string("accepted: the name of the user that may write bars"),
  CLICKHOUSE_PASSWORD_FILE: secretFile,
  CLICKHOUSE_DATABASE: z.string().default("default"),
  INTERVAL_MS: z.coerce
    .number("accepted: milliseconds from 100 to 3600000")
    .int("accepted: milliseconds from 100 to 3600000")
    .min(100, "accepted: milliseconds from 100 to 3600000")
    .max(3_600_000, "accepted: milliseconds from 100 to 3600000")
    .default(1_000),
  HEARTBEAT_FILE: z.string().optional(),
  ...metricsEnv,
  LOG_LEVEL: logLevel.default("info"),
  LOG_FILE: z.string().optional(),
});

/**
 * The service's settings from its environment; reads the secret file that it names.
 * @throws EnvError that lists every wrong variable
 */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  const env = loadEnv("bars", envSchema, environment);
  return {
    clickhouse: {
      shards: env.CLICKHOUSE_SHARDS,
      username: env.CLICKHOUSE_USER,
      password: env.CLICKHOUSE_PASSWORD_FILE,
      database: env.CLICKHOUSE_DATABASE,
    },
    intervalMs: env.INTERVAL_MS,
    heartbeatFile: env.HEARTBEAT_FILE,
    metrics: metricsConfig(env),
    logLevel: env.LOG_LEVEL,
    logFile: env.LOG_FILE,
  };
}
