/** One ClickHouse server: a replica of a shard. */
export interface Node {
  /**
   * `clickhouse-01` for the first replica of a shard, `clickhouse-01-2` for its second: a node keeps its name, and with it
   * its data, whatever is added. The host name on targets that have one, and the `{replica}` macro.
   */
  readonly name: string;
  /** `01`, the `{shard}` macro. */
  readonly shard: string;
  /** 1 for the first replica of its shard. */
  readonly replica: number;
  /** On one machine the nodes share an address, so each has ports of its own. */
  readonly httpPort: number;
  readonly nativePort: number;
}

/** One member of the Keeper ensemble. */
export interface Keeper {
  /** From 1, as `server_id`. */
  readonly id: number;
  /** `keeper-1`, its host name. */
  readonly name: string;
}

/** One Kafka broker, which is a controller too. */
export interface Broker {
  /** From 1, as `node.id`. */
  readonly id: number;
  /** `kafka-1`, its host name. */
  readonly name: string;
  /** Where clients outside of the target reach it. */
  readonly port: number;
}

/** Ports inside of a target whose servers have addresses of their own. */
export const KEEPER_PORT = 9181;
export const KEEPER_SECURE_PORT = 9281;
export const keeperPort = (tls: boolean): number => (tls ? KEEPER_SECURE_PORT : KEEPER_PORT);
/** Where Keeper tells over TLS whether it is in a quorum. */
export const KEEPER_CONTROL_PORT = 9182;
export const RAFT_PORT = 9234;

/** Which servers there are and what they are called. */
export interface Topology {
  /** Name of the cluster in `remote_servers` and in the Distributed tables. */
  readonly cluster: "analytics_cluster";
  readonly nodes: readonly Node[];
  /** What coordinates the replicas, on targets that have it. */
  readonly keepers: readonly Keeper[];
  readonly brokers: readonly Broker[];
  /** Partitions of the topic. */
  readonly partitions: number;
  /** Kafka consumers that each node runs: together at most one a partition, so none idles. */
  readonly consumersPerNode: number;
}

export interface TopologySettings {
  readonly shards: number;
  readonly replicasPerShard: number;
  /** @default 0: a target without replication */
  readonly keepers?: number;
  /** @default 1 */
  readonly brokers?: number;
  readonly partitions: number;
  /** Ports of the first node; the next ones follow. */
  readonly clickhouseHttpPort: number;
  readonly clickhouseNativePort: number;
  /** Port of the first broker; the next ones follow. @default 29092 */
  readonly kafkaPort?: number;
}

/** Lays the servers out, shard by shard. Pure. */
export function createTopology(settings: TopologySettings): Topology {
  const { shards, replicasPerShard, partitions, clickhouseHttpPort, clickhouseNativePort } = settings;
  const { keepers = 0, brokers = 1, kafkaPort = 29_092 } = settings;
  const nodes = range(shards * replicasPerShard).map((index) => {
    const shard = twoDigits(Math.floor(index / replicasPerShard) + 1);
    const replica = (index % replicasPerShard) + 1;
    return {
      name: replica === 1 ? `clickhouse-${shard}` : `clickhouse-${shard}-${replica}`,
      shard,
      replica,
      httpPort: clickhouseHttpPort + index,
      nativePort: clickhouseNativePort + index,
    };
  });
  return {
    cluster: "analytics_cluster",
    nodes,
    keepers: range(keepers).map((index) => ({ id: index + 1, name: `keeper-${index + 1}` })),
    brokers: range(brokers).map((index) => ({
      id: index + 1,
      name: `kafka-${index + 1}`,
      port: kafkaPort + index,
    })),
    partitions,
    consumersPerNode: Math.max(1, Math.floor(partitions / nodes.length)),
  };
}

/** The nodes of each shard, in order. */
export function shardsOf<N extends Pick<Node, "shard">>({
  nodes,
}: {
  readonly nodes: readonly N[];
}): readonly (readonly N[])[] {
  const shards = new Map<string, N[]>();
  for (const node of nodes) shards.set(node.shard, [...(shards.get(node.shard) ?? []), node]);
  return [...shards.values()];
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
const twoDigits = (value: number): string => String(value).padStart(2, "0");
