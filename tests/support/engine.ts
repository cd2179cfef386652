import { join } from "node:path";
import { type Connection, withNode } from "../../infra/clickhouse/connection.ts";
import type { ConsumerLogin } from "../../infra/clickhouse/server.ts";
import type { ApiQuota } from "../../infra/clickhouse/users/settings.ts";
import { applyFile } from "../../infra/schema/apply/applyFile.ts";
import { resumeConsumption } from "../../infra/schema/apply/consumption.ts";
import { readSqlFiles } from "../../infra/schema/files.ts";
import { type SchemaSettings, schemaNames } from "../../infra/schema/names.ts";
import { orderStatements, readsKafka } from "../../infra/schema/order.ts";
import { renderSchema, withoutReplication } from "../../infra/schema/render.ts";
import type { Statement } from "../../infra/schema/statement.ts";
import type { Storage } from "../../infra/storage/storage.ts";
import { nodeProcess, nodeUrl } from "../../infra/targets/local/clickhouse.ts";
import { ROOT } from "../../infra/targets/local/layout.ts";
import type { ProcessIdentity } from "../../infra/targets/local/process/identity.ts";
import type { ProcessSpec } from "../../infra/targets/local/process/spec.ts";
import { startProcess } from "../../infra/targets/local/process/start.ts";
import { stopProcess } from "../../infra/targets/local/process/stop.ts";
import { createTopology, type Topology } from "../../infra/topology.ts";
import { temporaryFolder } from "./folder.ts";
import { freePorts } from "./freePort.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** One real ClickHouse server with the schema applied. */
export interface Engine {
  readonly url: string;
  readonly owner: Credentials;
  readonly api: Credentials;
  /** The schema's database. */
  readonly database: string;
  exec(sql: string): Promise<void>;
  stop(): Promise<void>;
}

/** One or more real servers that form the cluster, without a schema. */
export interface Cluster {
  readonly topology: Topology;
  readonly connections: readonly Connection[];
  readonly api: Credentials;
  readonly bars: Credentials;
  readonly replay: Credentials;
  readonly backup: Credentials;
  readonly ingest: Credentials;
  readonly audit: Credentials;
  /** Process ids of the servers that run. */
  pids(): readonly number[];
  stop(): Promise<void>;
  /** Stops one server as an update would, and starts it again. */
  restart(index: number): Promise<void>;
}

export interface ClusterOptions {
  readonly shards: number;
  readonly partitions?: number;
  readonly bootstrap?: string;
  readonly topic?: string;
  /** What each node has beside its own disk. */
  readonly storage?: Storage;
  /** Who its consumers are, where the broker asks. */
  readonly kafkaLogin?: ConsumerLogin;
  /** Path of the authorities by which they verify brokers over TLS. */
  readonly kafkaAuthoritiesFile?: string;
  /** Of the API's user. @default no limits */
  readonly quota?: ApiQuota;
}

const OWNER = { username: "owner", password: "owner-password-of-a-test" };
const API = { username: "api", password: "api-password-of-a-test" };
const BARS = { username: "bars", password: "bars-password-of-a-test" };
const REPLAY = { username: "replay", password: "replay-password-of-a-test" };
const BACKUP = { username: "backup", password: "backup-password-of-a-test" };
const INGEST = { username: "ingest", password: "ingest-password-of-a-test" };
const AUDIT = { username: "audit", password: "audit-password-of-a-test" };
const NO_QUOTA: ApiQuota = { apiQuotaQueries: 0, apiQuotaErrors: 0, apiQuotaReadRows: 0 };
const DATABASE = "tickhouse";

export async function startCluster({
  shards,
  partitions = 4,
  bootstrap = "127.0.0.1:1",
  topic = "ticks",
  storage = {},
  kafkaLogin,
  kafkaAuthoritiesFile: authoritiesFile,
  quota = NO_QUOTA,
}: ClusterOptions): Promise<Cluster> {
  const folder = temporaryFolder("clickhouse");
  const ports = await freePorts(shards * 2);
  const base = createTopology({
    shards,
    replicasPerShard: 1,
    partitions,
    clickhouseHttpPort: 1,
    clickhouseNativePort: 1,
  });
  const nodes = base.nodes.map((node, index) => ({
    ...node,
    httpPort: ports[index * 2] ?? 0,
    nativePort: ports[index * 2 + 1] ?? 0,
  }));
  const topology: Topology = { ...base, nodes };
  const specs = nodes.map((node) =>
    nodeProcess({
      directory: join(folder.path, node.name),
      topology,
      node,
      kafka: {
        bootstrap,
        topic,
        group: "tickhouse",
        ...(kafkaLogin && { login: kafkaLogin }),
        ...(authoritiesFile && { authoritiesFile }),
      },
      database: DATABASE,
      passwords: {
        owner: OWNER.password,
        api: API.password,
        bars: BARS.password,
        replay: REPLAY.password,
        backup: BACKUP.password,
        ingest: INGEST.password,
        audit: AUDIT.password,
        cluster: "cluster-secret-of-a-test",
      },
      quota,
      storage,
      memoryMb: 2048,
      readyTimeoutMs: 60_000,
    }),
  );
  const running = new Map<ProcessSpec, ProcessIdentity>();
  const stop = async (spec: ProcessSpec) => {
    const identity = running.get(spec);
    if (identity !== undefined) await stopProcess(spec.name, identity, spec.stop);
    running.delete(spec);
  };
  const start = async (spec: ProcessSpec) => running.set(spec, await startProcess(spec));
  const stopAll = async () => {
    await Promise.all(specs.map(stop));
    folder.remove();
  };
  try {
    await Promise.all(specs.map(start));
  } catch (error) {
    await stopAll();
    throw error;
  }
  return {
    topology,
    connections: nodes.map((node) => ({ node: node.name, url: nodeUrl(node), ...OWNER, database: DATABASE })),
    api: API,
    bars: BARS,
    replay: REPLAY,
    backup: BACKUP,
    ingest: INGEST,
    audit: AUDIT,
    pids: () => [...running.values()].map(({ pid }) => pid),
    stop: stopAll,
    async restart(index) {
      const spec = specs[index];
      if (spec === undefined) throw new Error(`no node ${index}`);
      await stop(spec);
      await start(spec);
    },
  };
}

/** Pulumi.yaml's defaults of the settings that the schema depends on. */
export const SCHEMA_SETTINGS = {
  retentionDays: 30,
  hotDays: 0,
  archiveUrl: "",
  bufferMode: "passthrough",
  flushIntervalMs: 500,
  earliestTick: "1970-01-02",
  maxFutureSeconds: 3600,
} as const satisfies SchemaSettings;

/** The schema of the repository as the local target renders it. */
export function localSchema(
  topology: Topology,
  retentionDays = 0,
  settings: Partial<SchemaSettings> = {},
): Statement[] {
  const names = schemaNames(
    { ...SCHEMA_SETTINGS, retentionDays, flushIntervalMs: 200, ...settings },
    topology,
  );
  return renderSchema(readSqlFiles(join(ROOT, "schema")), names).map(withoutReplication);
}

/** Applies statements to every node in order, then lets them consume: what the stack's resources do. */
export async function applySchema(cluster: Cluster, statements: readonly Statement[]): Promise<void> {
  const { connections } = cluster;
  for (const { statement } of orderStatements(statements)) {
    for (const node of connections) {
      await applyFile({
        ...statement,
        readsKafka: readsKafka(statement, statements),
        node,
        cluster: connections,
      });
    }
  }
  await resumeConsumption(connections);
}

/** A single node with the schema, that consumes from nowhere. */
export async function startEngine(): Promise<Engine> {
  const cluster = await startCluster({ shards: 1 });
  const [connection] = cluster.connections;
  if (connection === undefined) throw new Error("a cluster without a node");
  try {
    await applySchema(cluster, localSchema(cluster.topology));
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return {
    url: connection.url,
    owner: OWNER,
    api: cluster.api,
    database: DATABASE,
    exec: (sql) => withNode(connection, (session) => session.run(sql)),
    stop: cluster.stop,
  };
}
