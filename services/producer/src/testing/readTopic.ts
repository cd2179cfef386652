import { randomUUID } from "node:crypto";
import { Kafka, logLevel } from "kafkajs";

export interface StoredMessage {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: string;
  /** W3C, of the batch that it was sent in; undefined where nothing is traced. */
  readonly traceparent: string | undefined;
}

/** Everything a topic holds now, by partition and offset. */
export async function readTopic(bootstrap: string, topic: string): Promise<StoredMessage[]> {
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const left = new Set(ends.filter(({ high }) => high !== "0").map(({ partition }) => partition));
  if (left.size === 0) return [];

  const messages: StoredMessage[] = [];
  const consumer = kafka.consumer({ groupId: randomUUID() });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    // A new broker's coordinator is still loading: kafkajs reports a crash and tries again by itself.
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error);
    });
    const eachMessage = async ({
      partition,
      message,
    }: {
      partition: number;
      message: KafkaMessage;
    }): Promise<void> => {
      const { offset, key, value } = message;
      messages.push({
        partition,
        offset: Number(offset),
        key: key?.toString() ?? null,
        value: value?.toString() ?? "",
        traceparent: message.headers?.["traceparent"]?.toString(),
      });
      const high = ends.find((end) => end.partition === partition)?.high;
      if (Number(offset) + 1 === Number(high)) left.delete(partition);
      if (left.size === 0) resolve();
    };
    consumer.run({ autoCommit: false, eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return messages.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}

interface KafkaMessage {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
}

/** The ticks of each key, in stored order. */
export function ticksByKey(messages: readonly StoredMessage[]): Map<string | null, string[]> {
  const ticks = new Map<string | null, string[]>();
  for (const { key, value } of messages) {
    const known = ticks.get(key) ?? [];
    for (const text of value.split("\n")) known.push(text);
    ticks.set(key, known);
  }
  return ticks;
}
