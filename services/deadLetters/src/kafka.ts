import { openKafka } from "@tickhouse/audit";
import type { KafkaLogin } from "@tickhouse/common";
import kafkajs, { type Message } from "kafkajs";
import { KafkaError } from "./errors.ts";

/** How the topic is reached. */
export interface KafkaTopic {
  readonly bootstrap: string;
  readonly topic: string;
  /** Who writes; absent where the broker asks for none. */
  readonly login?: KafkaLogin | undefined;
  /** For one request to Kafka, repetitions included. @default 15000 */
  readonly deadlineMs?: number;
}

/** A place in the topic. */
export interface MessagePlace {
  readonly partition: number;
  readonly offset: bigint;
}

/** The topic while dead letters are sent to it. */
export interface OpenTopic {
  /** The next offset of each partition, by its number. */
  ends(): Promise<bigint[]>;
  /** Returns, when all in-sync replicas have the messages, where each of them is. */
  send(messages: readonly Message[]): Promise<MessagePlace[]>;
}

/**
 * Opens the topic for the time of `use`: each message goes there once, however often a request is repeated.
 * @throws KafkaError
 */
export async function withTopic<T>(
  { bootstrap, topic, login, deadlineMs }: KafkaTopic,
  use: (open: OpenTopic) => Promise<T>,
): Promise<T> {
  const kafka = openKafka({
    bootstrap,
    login,
    ...(deadlineMs !== undefined && { deadlineMs }),
    clientId: "tickhouse-dead-letters",
  });
  const admin = kafka.admin();
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  const failed = (error: unknown): never => {
    throw new KafkaError(`Kafka at ${bootstrap}, topic ${topic}: ${(error as Error).message}`, {
      cause: error,
    });
  };
  try {
    await Promise.all([admin.connect(), producer.connect()]).catch(failed);
    const partitionOf = await createPartitioner(admin, topic).catch(failed);
    return await use({
      async ends() {
        const offsets = await admin.fetchTopicOffsets(topic).catch(failed);
        const ends: bigint[] = [];
        for (const { partition, high } of offsets) ends[partition] = BigInt(high);
        return ends;
      },
      async send(messages) {
        const placed = messages.map((message) => ({ ...message, partition: partitionOf(message) }));
        const answers = await producer.send({ topic, acks: -1, messages: placed }).catch(failed);
        const next = new Map(
          answers.map(({ partition, baseOffset = "-1" }) => [partition, BigInt(baseOffset)]),
        );
        return placed.map(({ partition }) => {
          const offset = next.get(partition) ?? -1n;
          next.set(partition, offset + 1n);
          return { partition, offset };
        });
      },
    });
  } finally {
    await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
  }
}

/** Chooses as a producer would, but before sending: a request that is repeated goes to the same partition again. */
async function createPartitioner(admin: kafkajs.Admin, topic: string): Promise<(message: Message) => number> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const partitionMetadata = topics.find(({ name }) => name === topic)?.partitions ?? [];
  const choose = kafkajs.Partitioners.DefaultPartitioner();
  return (message) => choose({ topic, partitionMetadata, message });
}
