import type { ConsumerMechanism } from "../kafka/security.ts";
import { storageConfig } from "../storage/render.ts";
import type { Storage } from "../storage/storage.ts";
import type { TlsFiles } from "../tls/files.ts";
import { type Node, shardsOf, type Topology } from "../topology.ts";
import { openSsl, REMOVED } from "./openSsl.ts";
import { CLICKHOUSE_PORTS } from "./ports.ts";
import { EXPOSED, prometheusEndpoint } from "./prometheus.ts";
import { renderXml, type Xml } from "./xml.ts";

/** Where the other servers reach a node: host and native port. */
export type NodeAddress = (node: Node) => { readonly host: string; readonly port: number };

/**
 * Renders `remote_servers`: every shard with its replicas, who trust each other by a secret.
 * @param secure whether the ports are over TLS
 */
export function remoteServers(topology: Topology, address: NodeAddress, secret: string, secure = false): Xml {
  return {
    [topology.cluster]: {
      secret,
      shard: shardsOf(topology).map((nodes) => ({
        internal_replication: "true",
        replica: nodes.map((node) => ({ ...address(node), ...(secure && { secure: 1 }) })),
      })),
    },
  };
}

/** `{shard}` and `{replica}` of a node's Replicated tables. */
export const macros = (node: Node): Xml => ({ shard: node.shard, replica: node.name });

/** What the consumers need to know of Kafka; SQL names it `kafka_ticks` and holds no address. */
export interface KafkaCollection {
  readonly bootstrap: string;
  readonly topic: string;
  readonly group: string;
  /** Path of the authorities by which the consumers verify brokers, PEM; absent for brokers in clear. */
  readonly authoritiesFile?: string;
  /** Who the consumers are; absent where the broker asks for nobody's name. */
  readonly login?: ConsumerLogin;
}

/** Who the consumers are for Kafka. */
export interface ConsumerLogin {
  readonly mechanism: ConsumerMechanism;
  readonly username: string;
  readonly password: string;
}

// A detached Kafka table closes its consumers without leaving the group, and the group waits for them until their
// session ends: with the default of 45 s, so long did nothing arrive after each change of the schema. A broker
// accepts 6 s and more; heartbeats come from a thread of their own, however long a block takes.
const KAFKA_CLIENT: Xml = { session_timeout_ms: 6_000, heartbeat_interval_ms: 2_000 };

/**
 * Renders the named collection `kafka_ticks`; the client's settings are read there, and not from a `kafka` of the server.
 */
export const namedCollections = ({
  bootstrap,
  topic,
  group,
  login,
  authoritiesFile,
}: KafkaCollection): Xml => ({
  kafka_ticks: {
    kafka_broker_list: bootstrap,
    kafka_topic_list: topic,
    kafka_group_name: group,
    kafka: {
      ...KAFKA_CLIENT,
      ...((login || authoritiesFile) && {
        security_protocol: `${login ? "sasl_" : ""}${authoritiesFile ? "ssl" : "plaintext"}`,
      }),
      ...(authoritiesFile !== undefined && { ssl_ca_location: authoritiesFile }),
      ...(login && {
        sasl_mechanism: login.mechanism,
        sasl_username: login.username,
        sasl_password: login.password,
      }),
    },
  },
});

/** Where a server keeps things, on targets whose image does not say it already. Absolute paths. */
export interface ServerPaths {
  readonly data: string;
  readonly log: string;
  readonly usersFile: string;
}

/** Which of a server's connections are over TLS, and by which files. */
export interface ServerTls {
  readonly files: TlsFiles;
  /** Its own ports, and the other nodes'. */
  readonly nodes: boolean;
  readonly keeper: boolean;
}

/** Tells which parts are over TLS. */
export type PartsOn = { on(part: "clickhouse" | "keeper" | "kafka"): boolean };

/** Whether a node serves TLS, or asks anything over it. */
export const isTlsNeeded = (tls: PartsOn): boolean =>
  tls.on("clickhouse") || tls.on("keeper") || tls.on("kafka");

export const serverTls = (tls: PartsOn, files: TlsFiles): ServerTls => ({
  files,
  nodes: tls.on("clickhouse"),
  keeper: tls.on("keeper"),
});

export interface ServerArgs {
  readonly topology: Topology;
  readonly node: Node;
  readonly address: NodeAddress;
  readonly clusterSecret: string;
  readonly kafka: KafkaCollection;
  /** Where the server itself listens. */
  readonly listen: { readonly host: string; readonly httpPort: number; readonly nativePort: number };
  readonly paths?: ServerPaths;
  /** TLS, for a server whose image brings a configuration; absent where nothing that it serves or asks is over TLS. */
  readonly tls?: ServerTls;
  /** Where Keeper answers; without it there are no Replicated tables. */
  readonly keepers?: readonly { readonly host: string; readonly port: number }[];
  /** Name by which the other replicas fetch parts from it. */
  readonly interserverHost?: string;
  /** Upper bound of what the server allocates, in bytes. */
  readonly maxMemoryBytes: number;
  /** Whether it logs to its standard output too, for a platform that collects that. @default false */
  readonly console?: boolean;
  /** Where Prometheus reads its metrics, if anywhere: a port of its own, or `/metrics` of the HTTP port, without a key. */
  readonly metrics?: number | "httpPort";
  /** What it has beside its own disk. @default nothing */
  readonly storage?: Storage;
  /** Whether hosts have other addresses after each restart, so that what a name meant is not remembered. @default false */
  readonly addressesChange?: boolean;
}

// The server's own defaults. The embedded engine has 2 threads in each: there, one type of task may run once at a time
// and the others spin meanwhile, half a core of it, and log each turn: 20 MB a second.
const BACKGROUND_POOLS: Readonly<Record<string, number>> = {
  background_schedule_pool_size: 512,
  background_message_broker_schedule_pool_size: 16,
  background_buffer_flush_schedule_pool_size: 16,
};

/**
 * How a node talks to Keeper. It announces its session under a path of its own: by default all servers share one and
 * differ by the UUID in their data folder, which the embedded engine does not read; two of those would end each
 * other's sessions for ever.
 */
const keeperClient = (node: Node, keepers: NonNullable<ServerArgs["keepers"]>, secure: boolean): Xml => ({
  node: keepers.map(({ host, port }) => ({ host, port, ...(secure && { secure: 1 }) })),
  sessions_path: `/clickhouse/sessions/${node.name}`,
});

function metricsOf(metrics: ServerArgs["metrics"]) {
  if (metrics === undefined) return {};
  if (metrics !== "httpPort") return prometheusEndpoint(metrics);
  const handler = { type: "prometheus", ...EXPOSED };
  return { http_handlers: { rule: { url: "/metrics", methods: "GET", handler }, defaults: "" } };
}

/** Where a node listens, and by which name the other replicas fetch its parts. */
function listeners({ listen, interserverHost, tls }: ServerArgs): Record<string, Xml> {
  if (!tls?.nodes)
    return {
      http_port: listen.httpPort,
      tcp_port: listen.nativePort,
      ...(interserverHost !== undefined && { interserver_http_host: interserverHost }),
    };
  return {
    https_port: listen.httpPort,
    tcp_port_secure: listen.nativePort,
    interserver_https_port: CLICKHOUSE_PORTS.secure.interserver,
    ...(interserverHost !== undefined && { interserver_https_host: interserverHost }),
    // What the image's own configuration opens in clear.
    ...Object.fromEntries(PLAIN_PORTS.map((port) => [port, REMOVED])),
  };
}

const PLAIN_PORTS = ["http_port", "tcp_port", "interserver_http_port", "mysql_port", "postgresql_port"];

/** Renders the configuration of one node. Pure. */
export function renderServerConfig(args: ServerArgs): string {
  const { listen, node, topology, paths, keepers, tls } = args;
  return renderXml({
    logger: {
      level: "information",
      ...(paths && {
        log: `${paths.log}/clickhouse-server.log`,
        errorlog: `${paths.log}/clickhouse-server.err.log`,
        console: 0,
      }),
      ...(args.console && { console: 1 }),
      size: "20M",
      count: 5,
    },
    listen_host: listen.host,
    ...listeners(args),
    ...(tls && {
      openSSL: openSsl({ files: tls.files, serves: tls.nodes, verifiesNames: !tls.keeper }),
    }),
    ...(paths && {
      path: `${paths.data}/`,
      tmp_path: `${paths.data}/tmp/`,
      user_directories: { users_xml: { path: paths.usersFile } },
    }),
    ...metricsOf(args.metrics),
    ...(args.addressesChange && { disable_internal_dns_cache: 1 }),
    // Whoever fetches parts shows that it is one of the cluster.
    ...(args.interserverHost !== undefined && {
      interserver_http_credentials: { user: "interserver", password: args.clusterSecret },
    }),
    ...(keepers && { zookeeper: keeperClient(node, keepers, tls?.keeper ?? false) }),
    timezone: "UTC",
    max_server_memory_usage: args.maxMemoryBytes,
    mark_cache_size: 268_435_456,
    ...storageConfig(args.storage ?? {}, node),
    ...BACKGROUND_POOLS,
    macros: macros(node),
    remote_servers: remoteServers(topology, args.address, args.clusterSecret, tls?.nodes),
    named_collections: namedCollections(args.kafka),
  });
}
