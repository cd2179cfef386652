import {
  commaList,
  httpUrl,
  type KafkaLogin,
  kafkaLogin,
  loadEnv,
  logLevel,
  type MetricsConfig,
  metricsConfig,
  metricsEnv,
  port,
  secretFile,
  tracingEnv,
} from "@tickhouse/common";
import { z } from "zod";
import { type ApiKey, parseApiKeys } from "./access/apiKeys.ts";
import { HEARTBEAT_MS, MAX_SYMBOLS, type StreamSettings } from "./stream/settings.ts";
import type { CertificateFiles } from "./tls/certificate.ts";

/** The longest a query may run when nothing else is set. */
const DEFAULT_QUERY_TIMEOUT_MS = 30_000;

/** What a node is called. */
export interface NodeIdentity {
  readonly name: string;
  /** Null where nobody has said. */
  readonly shard: string | null;
  readonly replica: number | null;
}

export interface ClickHouseConfig {
  /** One base URL per node; a request goes to one that answers. */
  readonly urls: readonly string[];
  /** Who they are, in the same order; their hosts where it is absent. */
  readonly nodes?: readonly NodeIdentity[] | undefined;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly queryTimeoutMs: number;
}

export interface KafkaConfig {
  readonly bootstrap: string;
  readonly topic: string;
  /** Consumer group of the warehouse. */
  readonly group: string;
  /** Who the audit is for Kafka; absent where the broker asks for none. */
  readonly login?: KafkaLogin | undefined;
}

/** The user that marks dead letters as sent again. */
export interface ReplayConfig {
  readonly username: string;
  readonly password: string;
  /** Who sends them again. */
  readonly kafkaLogin?: KafkaLogin | undefined;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Absent where plain HTTP is served. */
  readonly tls: CertificateFiles | undefined;
  readonly clickhouse: ClickHouseConfig;
  /** Where the ticks come from, for the audit; absent where none is wanted. */
  readonly kafka: KafkaConfig | undefined;
  /** Absent where dead letters are not to be sent again through the API. */
  readonly replay: ReplayConfig | undefined;
  /** Folder of the built dashboard, served at `/`. */
  readonly dashboardDir: string | undefined;
  /** Folder of the built reference, served at `/docs`. */
  readonly docsDir: string | undefined;
  /** When set, every data route asks for one of them. */
  readonly apiKeys: readonly ApiKey[] | undefined;
  /** Requests a minute of one key, or of one address without a key; 0 for no limit. */
  readonly requestsPerMinute: number;
  /** How long after its end a bar may still change, in seconds. */
  readonly latenessSeconds: number;
  readonly stream: StreamSettings;
  readonly metrics: MetricsConfig;
  /** Base URL of an OpenTelemetry collector; absent where nothing is traced. */
  readonly otlpEndpoint: string | undefined;
  readonly logLevel: string;
  readonly logFile: string | undefined;
}

/** A hundred a second: more than a dashboard asks, less than hurts. */
const DEFAULT_RATE_LIMIT = 6_000;

/** Whose places the stream tells where nothing is said of Kafka. */
const DEFAULT_TOPIC = "ticks";

/** A whole number of something in a range. */
function whole(min: number, max: number, unit: string) {
  const accepted = `accepted: ${unit} from ${min} to ${max}`;
  return z.coerce.number(accepted).int(accepted).min(min, accepted).max(max, accepted);
}

const keysFile = secretFile.transform((text, context) => {
  const keys = parseApiKeys(text);
  if (typeof keys !== "string") return keys;
  context.addIssue({ code: "custom", message: keys });
  return z.NEVER;
});

const KAFKA = ["KAFKA_BOOTSTRAP", "KAFKA_TOPIC", "KAFKA_GROUP"] as const;

/** All three or none: a variable is missing where another one is set. */
const goesWithOthers =
  (name: (typeof KAFKA)[number]) =>
  (env: object): boolean =>
    name in env || KAFKA.every((other) => !(other in env));
const neededWith = (name: (typeof KAFKA)[number], accepted: string) => ({
  path: [name],
  error: `accepted: ${accepted}, since another variable of the audit's is set (or none of ${KAFKA.join(", ")})`,
  when: () => true,
});

const fileGoesWith = (user: string, file: string) => ({
  path: [file],
  error: `accepted: a file that holds the password of ${user}, or neither of the two`,
  when: () => true,
});

const ACCEPTED_NODES = "accepted: name=shard/replica of each URL, separated by commas: clickhouse-01=01/1";

/** `clickhouse-01=01/1,clickhouse-02=02/1` */
const nodeList = z
  .string()
  .pipe(commaList)
  .transform((entries, context): NodeIdentity[] =>
    entries.flatMap((entry) => {
      const [, name = "", shard = "", replica] =
        /^([A-Za-z0-9._-]+)=([A-Za-z0-9._-]+)\/(\d{1,3})$/.exec(entry) ?? [];
      if (replica !== undefined) return [{ name, shard, replica: Number(replica) }];
      context.addIssue({ code: "custom", message: ACCEPTED_NODES });
      return [];
    }),
  );

const envSchema = z
  .object({
    API_HOST: z.string().default("127.0.0.1"),
    API_PORT: port.default(8000),
    API_TLS_CERTIFICATE_FILE: z.string().optional(),
    API_TLS_KEY_FILE: z.string().optional(),
    CLICKHOUSE_URLS: z
      .string("accepted: http://host:port, several separated by commas")
      .pipe(commaList)
      .pipe(z.array(httpUrl)),
    CLICKHOUSE_NODES: nodeList.optional(),
    CLICKHOUSE_USER: z.string("accepted: the name of the read-only user"),
    CLICKHOUSE_PASSWORD: z.string().optional(),
    CLICKHOUSE_PASSWORD_FILE: secretFile.optional(),
    CLICKHOUSE_DATABASE: z.string().default("default"),
    KAFKA_BOOTSTRAP: z.string().pipe(commaList).optional(),
    KAFKA_TOPIC: z.string().optional(),
    KAFKA_GROUP: z.string().optional(),
    KAFKA_USERNAME: z.string().optional(),
    KAFKA_PASSWORD_FILE: secretFile.optional(),
    KAFKA_CA_FILE: secretFile.optional(),
    KAFKA_REPLAY_USERNAME: z.string().optional(),
    KAFKA_REPLAY_PASSWORD_FILE: secretFile.optional(),
    REPLAY_USER: z.string().optional(),
    REPLAY_PASSWORD_FILE: secretFile.optional(),
    DASHBOARD_DIR: z.string().optional(),
    DOCS_DIR: z.string().optional(),
    API_KEYS_FILE: keysFile.optional(),
    RATE_LIMIT_PER_MINUTE: whole(0, 1_000_000_000, "requests").default(DEFAULT_RATE_LIMIT),
    QUERY_TIMEOUT_MS: whole(1, 3_600_000, "milliseconds").default(DEFAULT_QUERY_TIMEOUT_MS),
    LATENESS_SECONDS: whole(1, 31_536_000, "seconds").default(60),
    STREAM_INTERVAL_MS: whole(1, 60_000, "milliseconds").default(100),
    STREAM_SETTLE_MS: whole(100, 3_600_000, "milliseconds").default(10_000),
    STREAM_MAX_CLIENTS: whole(1, 100_000, "clients").default(1_000),
    STREAM_BUFFER_BYTES: whole(16_384, 1_073_741_824, "bytes").default(1_048_576),
    ...metricsEnv,
    ...tracingEnv,
    LOG_LEVEL: logLevel.default("info"),
    LOG_FILE: z.string().optional(),
  })
  // `when` keeps this check running while other variables are wrong: all problems are reported together.
  .refine((env) => "CLICKHOUSE_PASSWORD" in env || "CLICKHOUSE_PASSWORD_FILE" in env, {
    path: ["CLICKHOUSE_PASSWORD_FILE"],
    error: "accepted: a file that holds the password (or set CLICKHOUSE_PASSWORD)",
    when: () => true,
  })
  .refine(
    (env) => env.CLICKHOUSE_NODES === undefined || env.CLICKHOUSE_NODES.length === env.CLICKHOUSE_URLS.length,
    {
      path: ["CLICKHOUSE_NODES"],
      error: ACCEPTED_NODES,
    },
  )
  .refine(
    goesWithOthers("KAFKA_BOOTSTRAP"),
    neededWith("KAFKA_BOOTSTRAP", "host:port, several separated by commas"),
  )
  .refine(goesWithOthers("KAFKA_TOPIC"), neededWith("KAFKA_TOPIC", "the topic of the ticks"))
  .refine(goesWithOthers("KAFKA_GROUP"), neededWith("KAFKA_GROUP", "the warehouse's consumer group"))
  .refine((env) => "API_TLS_CERTIFICATE_FILE" in env === "API_TLS_KEY_FILE" in env, {
    path: ["API_TLS_KEY_FILE"],
    error: "accepted: a PEM file with the key of API_TLS_CERTIFICATE_FILE, or neither of the two",
    when: () => true,
  })
  .refine(
    (env) => "KAFKA_USERNAME" in env === "KAFKA_PASSWORD_FILE" in env,
    fileGoesWith("KAFKA_USERNAME", "KAFKA_PASSWORD_FILE"),
  )
  .refine(
    (env) => "KAFKA_REPLAY_USERNAME" in env === "KAFKA_REPLAY_PASSWORD_FILE" in env,
    fileGoesWith("KAFKA_REPLAY_USERNAME", "KAFKA_REPLAY_PASSWORD_FILE"),
  )
  .refine(
    (env) => "REPLAY_USER" in env === "REPLAY_PASSWORD_FILE" in env,
    fileGoesWith("REPLAY_USER", "REPLAY_PASSWORD_FILE"),
  )
  .refine((env) => !("REPLAY_USER" in env) || KAFKA.every((name) => name in env), {
    path: ["REPLAY_USER"],
    error: `accepted: a user, together with ${KAFKA.join(", ")}: dead letters are sent there`,
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
    tls: tlsOf(env),
    clickhouse: {
      urls: env.CLICKHOUSE_URLS,
      nodes: env.CLICKHOUSE_NODES,
      username: env.CLICKHOUSE_USER,
      password: env.CLICKHOUSE_PASSWORD_FILE ?? env.CLICKHOUSE_PASSWORD ?? "",
      database: env.CLICKHOUSE_DATABASE,
      queryTimeoutMs: env.QUERY_TIMEOUT_MS,
    },
    kafka: kafkaOf(env),
    replay: replayOf(env),
    dashboardDir: env.DASHBOARD_DIR,
    docsDir: env.DOCS_DIR,
    apiKeys: env.API_KEYS_FILE,
    requestsPerMinute: env.RATE_LIMIT_PER_MINUTE,
    latenessSeconds: env.LATENESS_SECONDS,
    stream: {
      topic: env.KAFKA_TOPIC ?? DEFAULT_TOPIC,
      intervalMs: env.STREAM_INTERVAL_MS,
      settleMs: env.STREAM_SETTLE_MS,
      maxClients: env.STREAM_MAX_CLIENTS,
      maxSymbols: MAX_SYMBOLS,
      bufferBytes: env.STREAM_BUFFER_BYTES,
      heartbeatMs: HEARTBEAT_MS,
    },
    metrics: metricsConfig(env),
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    logLevel: env.LOG_LEVEL,
    logFile: env.LOG_FILE,
  };
}

function tlsOf(env: z.output<typeof envSchema>): CertificateFiles | undefined {
  const { API_TLS_CERTIFICATE_FILE: certificateFile, API_TLS_KEY_FILE: keyFile } = env;
  return certificateFile === undefined || keyFile === undefined ? undefined : { certificateFile, keyFile };
}

function kafkaOf(env: z.output<typeof envSchema>): KafkaConfig | undefined {
  const { KAFKA_BOOTSTRAP: brokers, KAFKA_TOPIC: topic, KAFKA_GROUP: group } = env;
  if (brokers === undefined || topic === undefined || group === undefined) return undefined;
  const login = kafkaLogin(env.KAFKA_USERNAME, env.KAFKA_PASSWORD_FILE, env.KAFKA_CA_FILE);
  return { bootstrap: brokers.join(","), topic, group, ...(login && { login }) };
}

function replayOf(env: z.output<typeof envSchema>): ReplayConfig | undefined {
  const { REPLAY_USER: username, REPLAY_PASSWORD_FILE: password } = env;
  if (username === undefined || password === undefined) return undefined;
  const login = kafkaLogin(env.KAFKA_REPLAY_USERNAME, env.KAFKA_REPLAY_PASSWORD_FILE, env.KAFKA_CA_FILE);
  return { username, password, ...(login && { kafkaLogin: login }) };
}
