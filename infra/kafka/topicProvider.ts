import kafkajs, { type Admin } from "kafkajs";
import type { Provider } from "../dynamic/provider.ts";
import { InfraError } from "../errors.ts";
import { type KafkaConnection, withAdmin } from "./connection.ts";

export interface TopicInputs {
  readonly kafka: KafkaConnection;
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** `retention.ms` and the like. */
  readonly config: Readonly<Record<string, string>>;
}
export type TopicOutputs = TopicInputs;

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
    await withAdmin(inputs.kafka, (admin) => ensure(admin, inputs));
    return { id: inputs.topic, outs: inputs };
  },
  async update(_id, _olds, news) {
    await withAdmin(news.kafka, (admin) => ensure(admin, news));
    return news;
  },
  async read(_id, props) {
    try {
      return await withAdmin(
        props.kafka,
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
    await withAdmin(props.kafka, async (admin) => {
      if ((await countPartitions(admin, props.topic)) !== undefined)
        await admin.deleteTopics({ topics: [props.topic] });
    });
  },
};

const settings = ({ kafka, partitions, config }: TopicInputs): unknown => ({
  kafka,
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
