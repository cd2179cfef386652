import kafkajs, { type Admin, type Producer } from "kafkajs";
import { CONSUMER_GROUP, TOPIC } from "../../infra/kafka/names.ts";
import type { Storage } from "../../infra/storage/storage.ts";
import { startApi, type TestApi, type TestApiOptions } from "../../services/api/src/testing/startApi.ts";
import { applySchema, type Cluster, localSchema, startCluster } from "./engine.ts";
import { createTopic, startKafka } from "./kafka.ts";

/** A real broker, a real cluster that consumes from it, and the API over both. */
export interface TestStack {
  readonly cluster: Cluster;
  readonly bootstrap: string;
  readonly producer: Producer;
  readonly admin: Admin;
  readonly api: TestApi;
  /** Another API over the same. */
  startApi(options?: Partial<TestApiOptions>): Promise<TestApi>;
  stopKafka(): Promise<void>;
  stop(): Promise<void>;
}

export const PARTITIONS = 3;

export interface StackOptions {
  /** What each node has beside its own disk. @default nothing */
  readonly storage?: Storage;
  /** A broker that is there already, with the topic on it; it is not stopped with the stack. @default one of its own */
  readonly bootstrap?: string;
}

/** All but Pulumi and the bars service. What was started stops in the reverse order, also when a later part fails. */
export async function startStack(options: StackOptions = {}): Promise<TestStack> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const kafka =
      options.bootstrap === undefined
        ? await startKafka()
        : { bootstrap: options.bootstrap, stop: async () => {} };
    stops.push(kafka.stop);
    const { bootstrap } = kafka;
    if (options.bootstrap === undefined) await createTopic(bootstrap, TOPIC, PARTITIONS);
    const client = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: kafkajs.logLevel.NOTHING });
    const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    const admin = client.admin();
    await Promise.all([producer.connect(), admin.connect()]);
    stops.push(() => Promise.all([producer.disconnect(), admin.disconnect()]));
    const cluster = await startCluster({
      shards: 2,
      partitions: PARTITIONS,
      bootstrap,
      topic: TOPIC,
      ...(options.storage && { storage: options.storage }),
    });
    stops.push(cluster.stop);
    await applySchema(cluster, localSchema(cluster.topology));
    const start = async (more: Partial<TestApiOptions> = {}) => {
      const api = await startApi({
        clickhouse: {
          urls: cluster.connections.map(({ url }) => url),
          ...cluster.api,
          database: cluster.connections[0]?.database ?? "",
        },
        kafka: { bootstrap, topic: TOPIC, group: CONSUMER_GROUP },
        replay: cluster.replay,
        ...more,
      });
      stops.push(api.stop);
      return api;
    };
    return {
      cluster,
      bootstrap,
      producer,
      admin,
      api: await start(),
      startApi: start,
      stopKafka: kafka.stop,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
