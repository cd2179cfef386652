import { commaList, httpUrl, loadEnv, logLevel, port, secretFile } from "@tickhouse/common";
import { z } from "zod";

/** The longest a query may run when nothing else is set. */
const DEFAULT_QUERY_TIMEOUT_MS = 30_000;

export interface ClickHouseConfig {
  /** One base URL per node; a request goes to one that answers. */
  readonly urls: readonly string[];
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly queryTimeoutMs: number;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly clickhouse: ClickHouseConfig;
  /** Folder of the built dashboard, served at `/`. */
  readonly dashboardDir: string | undefined;
  /** When set, every data route asks for it. */
  readonly apiKey: string | undefined;
  /** How long after its end a bar may still change, in seconds. */
  readonly latenessSeconds: number;
  readonly logLevel: string;
  readonly logFile: string | undefined;
}

const envSchema = z
  .object({
    API_HOST: z.string().default("127.0.0.1"),
    API_PORT: port.default(8000),
    CLICKHOUSE_URLS: z
      .string("accepted: http://host:port, several separated by commas")
      .pipe(commaList)
      .pipe(z.array(httpUrl)),
    CLICKHOUSE_USER: z.string("accepted: the name of the read-only user"),
    CLICKHOUSE_PASSWORD: z.string().optional(),
    CLICKHOUSE_PASSWORD_FILE: secretFile.optional(),
    CLICKHOUSE_DATABASE: z.string().default("default"),
    DASHBOARD_DIR: z.string().optional(),
    API_KEY_FILE: secretFile.optional(),
    QUERY_TIMEOUT_MS: z.coerce
      .number("accepted: milliseconds from 1 to 3600000")
      .int("accepted: milliseconds from 1 to 3600000")
      .min(1, "accepted: milliseconds from 1 to 3600000")
      .max(3_600_000, "accepted: milliseconds from 1 to 3600000")
      .default(DEFAULT_QUERY_TIMEOUT_MS),
    LATENESS_SECONDS: z.coerce
      .number("accepted: seconds from 1 to 31536000")
      .int("accepted: seconds from 1 to 31536000")
      .min(1, "accepted: seconds from 1 to 31536000")
      .max(31_536_000, "accepted: seconds from 1 to 31536000")
      .default(60),
    LOG_LEVEL: logLevel.default("info"),
    LOG_FILE: z.string().optional(),
  })
  // `when` keeps this check running while other variables are wrong: all problems are reported together.
  .refine((env) => "CLICKHOUSE_PASSWORD" in env || "CLICKHOUSE_PASSWORD_FILE" in env, {
    path: ["CLICKHOUSE_PASSWORD_FILE"],
    error: "accepted: a file that holds the password (or set CLICKHOUSE_PASSWORD)",
    when: () => true,
  });

/**
 * The API's settings from its environment; reads the secret files that it names.
 * @throws EnvError that lists every wrong variable
 */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  const env = loadEnv("api", envSchema, environment);
  return {
    host: env.API_HOST,
    port: env.API_PORT,
    clickhouse: {
      urls: env.CLICKHOUSE_URLS,
      username: env.CLICKHOUSE_USER,
      password: env.CLICKHOUSE_PASSWORD_FILE ?? env.CLICKHOUSE_PASSWORD ?? "",
      database: env.CLICKHOUSE_DATABASE,
      queryTimeoutMs: env.QUERY_TIMEOUT_MS,
    },
    dashboardDir: env.DASHBOARD_DIR,
    apiKey: env.API_KEY_FILE,
    latenessSeconds: env.LATENESS_SECONDS,
    logLevel: env.LOG_LEVEL,
    logFile: env.LOG_FILE,
  };
}
