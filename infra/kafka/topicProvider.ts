import kafkajs, { type Admin } from "kafkajs";
import type { Provider } from "../dynamic/provider.ts";
import { InfraError } from "../errors.ts";

export interface TopicInputs {
  /** `host:port`, comma-separated. */
  readonly bootstrap: string;
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** `retention.ms` and the like. */
  readonly config: Readonly<Record<string, string>>;
}
export type TopicOutputs = TopicInputs;

const CONNECT_TIMEOUT_MS = 30_000;

/** A topic with its partitions declared; brokers create none by themselves. */
export const topicProvider: Provider<TopicInputs, TopicOutputs> = {
  async check(olds, news) {
    if (olds === undefined || olds.topic !== news.topic || news.partitions >= olds.partitions) return [];
    const reason = `is ${news.partitions}, the topic has ${olds.partitions}: Kafka can't take partitions away; accepted: ${olds.partitions} or more`;
    return [{ property: "partitions", reason }];
  },
  async diff(olds, news) {
    const replaces = olds.topic === news.topic ? [] : ["topic"];
    return {
      changes: replaces.length > 0 || JSON.stringify(settings(olds)) !== JSON.stringify(settings(news)),
      replaces,
    };
  },
  async create(inputs) {
    await withAdmin(inputs.bootstrap, (admin) => ensure(admin, inputs));
    return { id: inputs.topic, outs: inputs };
  },
  async update(_id, _olds, news) {
    await withAdmin(news.bootstrap, (admin) => ensure(admin, news));
    return news;
  },
  async read(_id, props) {
    try {
      return await withAdmin(
        props.bootstrap,
        async (admin) => {
          const partitions = await countPartitions(admin, props.topic);
          return partitions === undefined ? undefined : { ...props, partitions };
        },
        3_000,
      );
    } catch (error) {
      // A broker that is down says nothing about its topics.
      if (error instanceof InfraError && error.code === "BROKER_UNREACHABLE") return props;
      throw error;
    }
  },
  async delete(_id, props) {
    await withAdmin(props.bootstrap, async (admin) => {
      if ((await countPartitions(admin, props.topic)) !== undefined)
        await admin.deleteTopics({ topics: [props.topic] });
    });
  },
};

const settings = ({ bootstrap, partitions, config }: TopicInputs): unknown => ({
  bootstrap,
  partitions,
  config,
});

async function ensure(
  admin: Admin,
  { topic, partitions, replicationFactor, config }: TopicInputs,
): Promise<void> {
  const existing = await countPartitions(admin, topic);
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  if (existing === undefined) {
    await admin.createTopics({
      topics: [{ topic, numPartitions: partitions, replicationFactor, configEntries }],
      waitForLeaders: true,
    });
    return;
  }
  if (existing < partitions)
    await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] });
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }],
  });
}

/** Partitions of a topic, undefined where there is no such topic. */
async function countPartitions(admin: Admin, topic: string): Promise<number | undefined> {
  if (!(await admin.listTopics()).includes(topic)) return undefined;
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  return topics[0]?.partitions.length;
}

async function withAdmin<T>(
  bootstrap: string,
  use: (admin: Admin) => Promise<T>,
  timeoutMs: number = CONNECT_TIMEOUT_MS,
): Promise<T> {
  const kafka = new kafkajs.Kafka({
    clientId: "tickhouse-infra",
    brokers: bootstrap.split(","),
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: 2_000,
    retry: { initialRetryTime: 200, maxRetryTime: 1_000, retries: Math.ceil(timeoutMs / 1_000) },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
  } catch (cause) {
    throw new InfraError(
      "BROKER_UNREACHABLE",
      `no Kafka broker answered at ${bootstrap} within about ${timeoutMs / 1000} s: ${(cause as Error).message}; is it running, and is this its address?`,
      { cause },
    );
  }
  try {
    return await use(admin);
  } catch (cause) {
    throw new InfraError("TOPIC_REFUSED", `Kafka at ${bootstrap} refused: ${(cause as Error).message}`, {
      cause,
    });
  } finally {
    await admin.disconnect();
  }
}
