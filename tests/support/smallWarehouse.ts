import kafkajs from "kafkajs";
import { CONSUMER_GROUP, TOPIC } from "../../infra/kafka/names.ts";
import { pollUntil } from "../../infra/poll.ts";
import { startApi, type TestApi } from "../../services/api/src/testing/startApi.ts";
import { recomputeShard } from "../../services/bars/src/recompute.ts";
import { openShards } from "../../services/bars/src/shard.ts";
import type { Tick } from "../../services/common/src/index.ts";
import { applySchema, type Cluster, localSchema, startCluster } from "./engine.ts";
import { createTopic, startKafka } from "./kafka.ts";

const PARTITIONS = 3;
const LINES = 100;
const DEADLINE_MS = 60_000;

/** A real broker, two real shards that consume from it, and the API over them: all but Pulumi. */
export interface SmallWarehouse {
  readonly api: TestApi;
  readonly cluster: Cluster;
  /** Sends lines through Kafka; returns when all of them are stored and the bars are computed. */
  send(lines: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startSmallWarehouse(): Promise<SmallWarehouse> {
  const kafka = await startKafka();
  const { bootstrap } = kafka;
  await createTopic(bootstrap, TOPIC, PARTITIONS);
  const cluster = await startCluster({ shards: 2, partitions: PARTITIONS, bootstrap, topic: TOPIC });
  await applySchema(cluster, localSchema(cluster.topology));
  const urls = cluster.connections.map(({ url }) => url);
  const database = "tickhouse";
  const shards = openShards({ ...cluster.bars, shards: urls.map((url) => [url]), database });
  const api = await startApi({
    clickhouse: { urls, ...cluster.api, database },
    kafka: { bootstrap, topic: TOPIC, group: CONSUMER_GROUP },
    replay: cluster.replay,
  });
  const client = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: kafkajs.logLevel.NOTHING });
  const producer = client.producer();
  await producer.connect();

  let sent = 0;
  const allStored = async (): Promise<boolean> => {
    const response = await api.get("/audit");
    if (!response.ok) return false;
    const { total } = (await response.json()) as { total: Record<string, number> };
    return total["stored"] === sent && total["missing"] === 0;
  };
  return {
    api,
    cluster,
    async send(lines) {
      const messages = Array.from({ length: Math.ceil(lines.length / LINES) }, (_, index) => ({
        value: lines.slice(index * LINES, (index + 1) * LINES).join("\n"),
      }));
      await producer.send({ topic: TOPIC, messages });
      sent += messages.length;
      const done = await pollUntil(DEADLINE_MS, async () => (await allStored()) || undefined);
      if (done === undefined)
        throw new Error(`not all of ${lines.length} lines were stored after ${DEADLINE_MS} ms`);
      await Promise.all(
        shards.map((shard) => shard.run((node, fresh) => recomputeShard(node, { since: 0, fresh }))),
      );
    },
    async stop() {
      await Promise.all([producer.disconnect(), api.stop(), ...shards.map((shard) => shard.close())]);
      await cluster.stop();
      await kafka.stop();
    },
  };
}

/** Ticks as the lines that a producer sends. */
export const asLines = (ticks: readonly Tick[]): string[] => ticks.map((tick) => JSON.stringify(tick));
