import { afterAll, afterEach, beforeAll } from "vitest";
import { type NodeSession, withNode } from "../../../../infra/clickhouse/connection.ts";
import { applySchema, type Cluster, localSchema, startCluster } from "../../../../tests/support/engine.ts";
import { type OpenStream, openStream } from "./openStream.ts";
import { startApi, type TestApi, type TestApiOptions } from "./startApi.ts";
import { insertMessages, type Message } from "./streamMessages.ts";

/** Two real shards with the schema for a file of tests; each test gets APIs and streams, and leaves nothing. */
export function useStreamCluster() {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ shards: 2 });
    await applySchema(cluster, localSchema(cluster.topology));
  });
  afterAll(() => cluster?.stop());

  const apis: TestApi[] = [];
  const streams: OpenStream[] = [];
  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close();
    for (const api of apis.splice(0)) await api.stop();
    for (const table of ["ticks_local", "dead_letters", "offset_ledger", "bars_1m"])
      await onAll((session) => session.run(`TRUNCATE TABLE ${table} SYNC`));
  });

  const onAll = async (use: (session: NodeSession) => Promise<unknown>): Promise<void> => {
    for (const connection of cluster.connections) await withNode(connection, use);
  };
  const onFirst = (sql: string): Promise<void> => {
    const [connection] = cluster.connections;
    if (connection === undefined) throw new Error("a cluster without a node");
    return withNode(connection, (session) => session.run(sql));
  };

  async function start(stream: TestApiOptions["stream"] = {}): Promise<TestApi> {
    const api = await startApi({
      clickhouse: { urls: cluster.connections.map(({ url }) => url), ...cluster.api, database: "tickhouse" },
      stream,
    });
    apis.push(api);
    return api;
  }

  async function listen(api: TestApi, query: string, lastEventId?: string): Promise<OpenStream> {
    const headers = lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId };
    const stream = await openStream(`${api.url}/stream?${query}`, headers);
    streams.push(stream);
    if (stream.response.status === 200 && lastEventId === undefined) await stream.untilId();
    return stream;
  }

  /** In one block, as the Kafka table's view would. */
  const insert = (messages: readonly Message[]): Promise<void> => onFirst(insertMessages(messages));

  return { start, listen, insert, onFirst };
}
