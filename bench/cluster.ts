import { type ClickHouseClient, createClient } from "@clickhouse/client";
import { applySchema, type Cluster, localSchema, startCluster } from "../tests/support/engine.ts";
import { stoppedAtTheEnd } from "./stopping.ts";

/** A real cluster with the schema, and a client of each node as the owner. */
export interface BenchCluster {
  readonly cluster: Cluster;
  readonly clients: readonly ClickHouseClient[];
  rows<T>(sql: string, params?: Record<string, unknown>): Promise<T[]>;
  run(sql: string, params?: Record<string, unknown>): Promise<void>;
  stop(): Promise<void>;
}

/** Starts two nodes (or as many as told) of a cluster of their own. */
export async function startBenchCluster(options: {
  readonly shards?: number;
  readonly bootstrap?: string;
  readonly partitions?: number;
}): Promise<BenchCluster> {
  const cluster = await startCluster({ shards: 2, ...options });
  const clients = cluster.connections.map(({ url, username, password, database }) =>
    createClient({ url, username, password, database, request_timeout: 600_000 }),
  );
  const [first] = clients;
  if (first === undefined) throw new Error("a cluster without a node");
  const stop = stoppedAtTheEnd(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await cluster.stop();
  });
  try {
    await applySchema(cluster, localSchema(cluster.topology));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    cluster,
    clients,
    rows: async <T>(query: string, query_params: Record<string, unknown> = {}) =>
      (await first.query({ query, query_params, format: "JSONEachRow" })).json<T>(),
    run: async (query, query_params = {}) => {
      await first.command({ query, query_params });
    },
    stop,
  };
}
