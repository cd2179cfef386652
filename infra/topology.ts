/** One ClickHouse server: a replica of a shard. */
export interface Node {
  /** `clickhouse-01`; the host name on targets that have one, and the `{replica}` macro. */
  readonly name: string;
  /** `01`, the `{shard}` macro. */
  readonly shard: string;
  /** 1 for the first replica of its shard. */
  readonly replica: number;
  /** On one machine the nodes share an address, so each has ports of its own. */
  readonly httpPort: number;
  readonly nativePort: number;
}

/** Which servers there are and what they are called. */
export interface Topology {
  /** Name of the cluster in `remote_servers` and in the Distributed tables. */
  readonly cluster: "analytics_cluster";
  readonly nodes: readonly Node[];
  /** Partitions of the topic. */
  readonly partitions: number;
  /** Kafka consumers that each node runs: together at most one a partition, so none idles. */
  readonly consumersPerNode: number;
}

export interface TopologySettings {
  readonly shards: number;
  readonly replicasPerShard: number;
  readonly partitions: number;
  /** Ports of the first node; the next ones follow. */
  readonly clickhouseHttpPort: number;
  readonly clickhouseNativePort: number;
}

/** Lays the servers out, shard by shard. Pure. */
export function createTopology(settings: TopologySettings): Topology {
  const { shards, replicasPerShard, partitions, clickhouseHttpPort, clickhouseNativePort } = settings;
  const nodes = range(shards * replicasPerShard).map((index) => ({
    name: `clickhouse-${twoDigits(index + 1)}`,
    shard: twoDigits(Math.floor(index / replicasPerShard) + 1),
    replica: (index % replicasPerShard) + 1,
    httpPort: clickhouseHttpPort + index,
    nativePort: clickhouseNativePort + index,
  }));
  return {
    cluster: "analytics_cluster",
    nodes,
    partitions,
    consumersPerNode: Math.max(1, Math.floor(partitions / nodes.length)),
  };
}

/** The nodes of each shard, in order. */
export function shardsOf({ nodes }: Topology): readonly (readonly Node[])[] {
  const shards = new Map<string, Node[]>();
  for (const node of nodes) shards.set(node.shard, [...(shards.get(node.shard) ?? []), node]);
  return [...shards.values()];
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
const twoDigits = (value: number): string => String(value).padStart(2, "0");
