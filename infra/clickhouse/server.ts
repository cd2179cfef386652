import { type Node, shardsOf, type Topology } from "../topology.ts";
import { renderXml, type Xml } from "./xml.ts";

/** Where the other servers reach a node: host and native port. */
export type NodeAddress = (node: Node) => { readonly host: string; readonly port: number };

/** Renders `remote_servers`: every shard with its replicas, who trust each other by a secret. */
export function remoteServers(topology: Topology, address: NodeAddress, secret: string): Xml {
  return {
    [topology.cluster]: {
      secret,
      shard: shardsOf(topology).map((nodes) => ({
        internal_replication: "true",
        replica: nodes.map((node) => ({ ...address(node) })),
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
}

/** Renders the named collection `kafka_ticks`. */
export const namedCollections = ({ bootstrap, topic, group }: KafkaCollection): Xml => ({
  kafka_ticks: { kafka_broker_list: bootstrap, kafka_topic_list: topic, kafka_group_name: group },
});

export interface ServerArgs {
  readonly topology: Topology;
  readonly node: Node;
  readonly address: NodeAddress;
  readonly clusterSecret: string;
  readonly kafka: KafkaCollection;
  /** Where the server listens. */
  readonly listenHost: string;
  /** Absolute paths on the server. */
  readonly dataPath: string;
  readonly logPath: string;
  readonly usersFile: string;
  /** Upper bound of what the server allocates, in bytes. */
  readonly maxMemoryBytes: number;
}

/** Renders `config.xml` of one node. Pure. */
export function renderServerConfig(args: ServerArgs): string {
  const { node, topology } = args;
  return renderXml({
    logger: {
      level: "information",
      log: `${args.logPath}/clickhouse-server.log`,
      errorlog: `${args.logPath}/clickhouse-server.err.log`,
      size: "20M",
      count: 5,
      console: 0,
    },
    listen_host: args.listenHost,
    http_port: node.httpPort,
    tcp_port: node.nativePort,
    path: `${args.dataPath}/`,
    tmp_path: `${args.dataPath}/tmp/`,
    timezone: "UTC",
    max_server_memory_usage: args.maxMemoryBytes,
    mark_cache_size: 268_435_456,
    macros: macros(node),
    remote_servers: remoteServers(topology, args.address, args.clusterSecret),
    named_collections: namedCollections(args.kafka),
    user_directories: { users_xml: { path: args.usersFile } },
  });
}
