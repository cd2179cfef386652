import { randomUUID } from "node:crypto";
import kafkajs, { type Admin } from "kafkajs";
import { CONSUMER_GROUP } from "../../infra/kafka/names.ts";
import { pollUntil } from "../../infra/poll.ts";
import { type KafkaLogin, securityOf } from "../../services/common/src/index.ts";

/** A message as Kafka keeps it. */
export interface StoredMessage {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string;
  readonly value: Buffer;
}

/** Offsets by partition: the next one that will be written, or read. */
export type Offsets = ReadonlyMap<number, bigint>;

/**
 * How far the warehouse commits when it has taken in some messages: empty ones are passed over, and at the very end of a
 * partition never committed. Pure.
 */
export function committedEnds(messages: readonly StoredMessage[]): Offsets {
  const ends = new Map<number, bigint>();
  for (const { partition, offset, value } of messages)
    if (value.length > 0 && offset >= (ends.get(partition) ?? 0n)) ends.set(partition, offset + 1n);
  return ends;
}

const ADMIN_DEADLINE_MS = 120_000;
const READ_DEADLINE_MS = 60_000;

/** The topic as the drill sees it: the truth that the warehouse is held against. */
export class Topic {
  private readonly bootstrap: string;
  private readonly topic: string;
  private readonly login: KafkaLogin | undefined;

  constructor(bootstrap: string, topic: string, login?: KafkaLogin) {
    this.bootstrap = bootstrap;
    this.topic = topic;
    this.login = login;
  }

  /** Where each partition ends. */
  ends(): Promise<Offsets> {
    return this.ask("its end offsets", async (admin) => {
      const partitions = await admin.fetchTopicOffsets(this.topic);
      return new Map(partitions.map(({ partition, high }) => [partition, BigInt(high)]));
    });
  }

  /** Messages that the warehouse has not committed yet, below these offsets. */
  lag(ends: Offsets): Promise<bigint> {
    return this.ask("what was committed", async (admin) => {
      const [group] = await admin.fetchOffsets({ groupId: CONSUMER_GROUP, topics: [this.topic] });
      const committed = new Map(
        group?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]),
      );
      let lag = 0n;
      for (const [partition, end] of ends) {
        // -1: nothing of it was ever committed.
        const at = committed.get(partition) ?? -1n;
        if (at < end) lag += end - (at < 0n ? 0n : at);
      }
      return lag;
    });
  }

  /** Every message from some offsets on up to others, read by a group of its own that commits nothing. */
  async read(from: Offsets, to: Offsets): Promise<StoredMessage[]> {
    const left = new Set(
      [...to].filter(([partition, end]) => end > (from.get(partition) ?? 0n)).map(([id]) => id),
    );
    const messages: StoredMessage[] = [];
    if (left.size === 0) return messages;
    const groupId = `tickhouse-drill-${randomUUID()}`;
    const consumer = this.client().consumer({
      groupId,
      // A partition that has no more to give is not waited for.
      maxWaitTimeInMs: 100,
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topic: this.topic, fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ partition, message }) => {
          const offset = BigInt(message.offset);
          const end = to.get(partition) ?? 0n;
          const key = message.key?.toString() ?? "";
          if (offset >= (from.get(partition) ?? 0n) && offset < end)
            messages.push({ partition, offset, key, value: message.value ?? Buffer.alloc(0) });
          if (offset + 1n >= end) left.delete(partition);
        },
      });
      for (const [partition, offset] of from)
        consumer.seek({ topic: this.topic, partition, offset: String(offset) });
      const all = await pollUntil(READ_DEADLINE_MS, () => (left.size === 0 ? true : undefined));
      if (all === undefined)
        throw new Error(
          `partition(s) ${[...left].join(", ")} of ${this.topic} could not be read to their end within ${READ_DEADLINE_MS / 1000} s`,
        );
    } finally {
      await consumer.disconnect();
      await this.forgetGroup(groupId).catch(() => undefined);
    }
    return messages.sort((a, b) => a.partition - b.partition || (a.offset < b.offset ? -1 : 1));
  }

  /** A group stays in the broker, empty, until somebody deletes it. */
  private async forgetGroup(groupId: string): Promise<void> {
    const admin = this.client().admin();
    await admin.connect();
    try {
      await admin.deleteGroups([groupId]);
    } finally {
      await admin.disconnect();
    }
  }

  /** Asks the broker, again while it is down. */
  private async ask<T>(what: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    let last = "it was not asked yet";
    const answer = await pollUntil(ADMIN_DEADLINE_MS, async () => {
      const admin = this.client().admin();
      try {
        await admin.connect();
        return { value: await question(admin) };
      } catch (error) {
        last = (error as Error).message;
        return undefined;
      } finally {
        await admin.disconnect().catch(() => undefined);
      }
    });
    if (answer === undefined)
      throw new Error(
        `Kafka at ${this.bootstrap} did not say ${what} within ${ADMIN_DEADLINE_MS / 1000} s: ${last}`,
      );
    return answer.value;
  }

  private client(): kafkajs.Kafka {
    return new kafkajs.Kafka({
      clientId: "tickhouse-drill",
      brokers: this.bootstrap.split(","),
      ...securityOf(this.login),
      connectionTimeout: 2_000,
      requestTimeout: 10_000,
      retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 3 },
      logLevel: kafkajs.logLevel.NOTHING,
    });
  }
}
