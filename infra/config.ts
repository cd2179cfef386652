import { isIP } from "node:net";
import levenshtein from "fastest-levenshtein";
import { z } from "zod";
import { QUOTA_SETTINGS } from "./clickhouse/users/settings.ts";
import { InfraError } from "./errors.ts";
import { isExposed } from "./exposure.ts";
import { KAFKA_SETTINGS } from "./kafka/settings.ts";
import { MONITORING_SETTINGS, monitoringPorts, monitoringProblems } from "./monitoring/settings.ts";
import { PROTECTION_SETTINGS } from "./protection/settings.ts";
import { SECRET_SETTINGS } from "./secrets/settings.ts";
import { flag, image, oneOf, port, whole } from "./settingKinds.ts";
import { KEY_SETTINGS, STORAGE_SETTINGS, storageProblems } from "./storage/settings.ts";
import { KUBERNETES_SETTINGS, kubernetesProblems } from "./targets/kubernetes/settings.ts";
import { TLS_SETTINGS } from "./tls/settings.ts";

const { closest, distance } = levenshtein;

/** Prefix of every setting: the name of the project. */
export const NAMESPACE = "tickhouse";

const serverImage = () => image("clickhouse/clickhouse-server:26.7");

const oneOrThree = (accepted: string) => z.enum(["1", "3"]).transform(Number).describe(accepted);

/** A calendar day that DateTime64 can hold. */
const day = () =>
  z
    .string()
    .regex(/^(19[7-9]\d|2[01]\d\d)-\d\d-\d\d$/)
    .refine((text) => new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) ?? false)
    .describe("a day from 1970-01-01 to 2199-12-31: 2010-01-01");

const SYMBOL = /^[A-Za-z0-9._-]{1,32}$/;

/** Every setting with what it accepts. Types, defaults and descriptions for people stand in Pulumi.yaml. */
const SETTINGS = z.strictObject({
  target: oneOf("local", "docker", "kubernetes"),
  shards: whole(1, 16),
  allowShardChange: flag(),
  replicas: whole(1, 3),
  keepers: oneOrThree(
    "1 or 3: an even ensemble survives no more failures than one member fewer, and can split in halves",
  ),
  brokers: oneOrThree(
    "1 or 3: each is a controller too, and an even quorum survives no more than one member fewer",
  ),
  partitions: whole(1, 1_000),
  retentionDays: whole(0, 36_500),
  bufferMode: oneOf("passthrough", "throughput"),
  flushIntervalMs: whole(10, 60_000),
  earliestTick: day(),
  maxFutureSeconds: whole(0, 31_536_000),
  latenessSeconds: whole(1, 31_536_000),
  barIntervalMs: whole(100, 3_600_000),
  producer: oneOf("simulate", "off"),
  simulateRate: whole(1, 1_000_000),
  simulateSymbols: z
    .string()
    .transform((text) => text.split(",").map((symbol) => symbol.trim()))
    .refine((symbols) => symbols.every((symbol) => SYMBOL.test(symbol)))
    .describe("symbols of letters, digits, dot, dash and underscore, comma-separated"),
  simulateSeed: whole(0, 2 ** 31 - 1),
  bindAddress: z
    .string()
    .refine((address) => isIP(address) !== 0)
    .describe("an IP address of this machine, 0.0.0.0 for all"),
  apiPort: port(),
  apiRateLimit: whole(0, 1_000_000_000),
  streamIntervalMs: whole(10, 60_000),
  apiReplay: flag(),
  kafkaPort: port(),
  kafkaControllerPort: port(),
  clickhouseHttpPort: port(),
  clickhouseNativePort: port(),
  clickhouseMemoryMb: whole(512, 1_048_576),
  kafkaHeapMb: whole(128, 65_536),
  readyTimeoutSeconds: whole(1, 3_600),
  openFiles: whole(1_024, 1_048_576),
  kafkaImage: serverImage(),
  keeperImage: serverImage(),
  clickhouseImage: serverImage(),
  serviceBaseImage: serverImage(),
  ...STORAGE_SETTINGS,
  ...PROTECTION_SETTINGS,
  ...KUBERNETES_SETTINGS,
  ...MONITORING_SETTINGS,
  ...TLS_SETTINGS,
  ...SECRET_SETTINGS,
  ...KAFKA_SETTINGS,
  ...QUOTA_SETTINGS,
});

/** The whole stack configuration, validated. */
export type Config = Readonly<z.output<typeof SETTINGS>>;

/** Names of all settings, as they stand in Pulumi.yaml behind `tickhouse:`. */
export const SETTING_NAMES = Object.keys(SETTINGS.shape);

/**
 * Validates the whole stack configuration: pure, and every problem in one error.
 * @param values setting name (without namespace) to text, defaults filled in by the CLI from Pulumi.yaml.
 */
export function loadConfig(values: Readonly<Record<string, string>>): Config {
  const parsed = SETTINGS.safeParse(values);
  const problems = parsed.success
    ? crossChecks(parsed.data)
    : parsed.error.issues.flatMap((issue) => explain(issue, values));
  if (problems.length > 0 || !parsed.success) {
    throw new InfraError(
      "CONFIG_INVALID",
      `the stack's configuration has ${problems.length} problem(s):\n${problems.map((p) => `  - ${p}`).join("\n")}`,
    );
  }
  return parsed.data;
}

function explain(issue: z.core.$ZodIssue, values: Readonly<Record<string, string>>): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map(
      (key) => `${NAMESPACE}:${key} is no setting; ${suggest(key)} (pulumi config rm ${NAMESPACE}:${key})`,
    );
  }
  const key = String(issue.path[0]) as keyof typeof SETTINGS.shape;
  const value = values[key];
  const accepted = SETTINGS.shape[key].description;
  return [
    `${NAMESPACE}:${key} is ${value === undefined ? "not set" : shown(key, value)}; accepted: ${accepted}`,
  ];
}

/** A value as a message may show it. */
const shown = (key: string, value: string): string =>
  KEY_SETTINGS.includes(key) ? "not accepted (its value is not shown)" : JSON.stringify(value);

/** A slip of the fingers is a few letters away from a setting; a name from memory is often a part of one. */
function suggest(key: string): string {
  const lower = key.toLowerCase();
  const part = SETTING_NAMES.find(
    (name) => name.toLowerCase().includes(lower) || lower.includes(name.toLowerCase()),
  );
  const near = part ?? closest(key, SETTING_NAMES);
  const like = part !== undefined || distance(key, near) <= 3;
  return like ? `did you mean ${NAMESPACE}:${near}?` : `accepted: ${SETTING_NAMES.join(", ")}`;
}

/** Rules between settings. */
function crossChecks(config: Config): string[] {
  const problems: string[] = [];
  const nodes = config.shards * config.replicas;
  if (config.target === "local") {
    for (const key of ["replicas", "keepers", "brokers"] as const) {
      if (config[key] !== 1)
        problems.push(
          `${NAMESPACE}:${key} is ${config[key]}; accepted on target local: 1 (it keeps one copy of each shard, without Keeper)`,
        );
    }
  }
  problems.push(...storageProblems(config).map((problem) => `${NAMESPACE}:${problem}`));
  if (config.target === "kubernetes")
    problems.push(...kubernetesProblems(config).map((problem) => `${NAMESPACE}:${problem}`));
  problems.push(...monitoringProblems(config).map((problem) => `${NAMESPACE}:${problem}`));
  if (config.partitions < nodes) {
    problems.push(
      `${NAMESPACE}:partitions is ${config.partitions}, fewer than the ${nodes} ClickHouse nodes: one would have nothing to consume; accepted: ${nodes} or more`,
    );
  }
  const ports = new Map<number, string>();
  for (const [setting, port] of allPorts(config)) {
    const other = ports.get(port);
    if (port > 65_535) problems.push(`${setting} leads to port ${port}; accepted: 1 to 65535`);
    if (other !== undefined)
      problems.push(`${setting} and ${other} both lead to port ${port}; each needs its own`);
    ports.set(port, setting);
  }
  return problems;
}

function allPorts(config: Config): [string, number][] {
  const setting = (name: string): string => `${NAMESPACE}:${name}`;
  const row = (name: string, each: string, first: number, count: number): [string, number][] =>
    Array.from({ length: count }, (_, index) => [`${setting(name)} (${each} ${index + 1})`, first + index]);
  const nodes = config.shards * config.replicas;
  return [
    [setting("apiPort"), config.apiPort],
    [setting("kafkaPort"), config.kafkaPort],
    ...row("kafkaPort", "broker", config.kafkaPort, config.brokers).slice(1),
    ...(config.target === "local"
      ? [[setting("kafkaControllerPort"), config.kafkaControllerPort] as [string, number]]
      : []),
    ...row("clickhouseHttpPort", "node", config.clickhouseHttpPort, nodes),
    ...row("clickhouseNativePort", "node", config.clickhouseNativePort, nodes),
    ...monitoringPorts(config).map(([name, port]) => [setting(name), port] as [string, number]),
  ];
}

/** Whether who asks the API has to know a key: wherever others than this machine's users can reach it. */
export const needsApiKey = (config: Config): boolean => isExposed(config);
