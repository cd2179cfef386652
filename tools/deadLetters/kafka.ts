import kafkajs, { type Message } from "kafkajs";

/** How the topic is reached. */
export interface KafkaTopic {
  readonly bootstrap: string;
  readonly topic: string;
}

/** The topic while dead letters are sent to it. */
export interface OpenTopic {
  /** The next offset of each partition, by its number. */
  ends(): Promise<bigint[]>;
  /** Returns when all in-sync replicas have the messages. */
  send(messages: readonly Message[]): Promise<void>;
}

const CONNECTION_TIMEOUT_MS = 5_000;

/** Opens the topic for the time of `use`: each message goes there once, however often a request is repeated. */
export async function withTopic<T>(
  { bootstrap, topic }: KafkaTopic,
  use: (open: OpenTopic) => Promise<T>,
): Promise<T> {
  const kafka = new kafkajs.Kafka({
    clientId: "tickhouse-tools",
    brokers: bootstrap.split(","),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = kafka.admin();
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  const failed = (error: unknown): never => {
    throw new Error(`Kafka at ${bootstrap}, topic ${topic}: ${(error as Error).message}`, { cause: error });
  };
  await Promise.all([admin.connect(), producer.connect()]).catch(failed);
  try {
    return await use({
      async ends() {
        const offsets = await admin.fetchTopicOffsets(topic).catch(failed);
        const ends: bigint[] = [];
        for (const { partition, high } of offsets) ends[partition] = BigInt(high);
        return ends;
      },
      async send(messages) {
        await producer.send({ topic, acks: -1, messages: [...messages] }).catch(failed);
      },
    });
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}
