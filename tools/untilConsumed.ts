import kafkajs from "kafkajs";
import { CONSUMER_GROUP } from "../infra/kafka/names.ts";
import { pollUntil } from "../infra/poll.ts";
import { type KafkaLogin, securityOf } from "../services/common/src/index.ts";
import { say } from "./report.ts";

/** The topic, and who asks for its offsets. */
export interface Consumed {
  readonly bootstrap: string;
  readonly topic: string;
  readonly login?: KafkaLogin;
}

const DEADLINE_MS = 30_000;

/**
 * Waits until the warehouse has taken everything that the topic holds now: a node commits an offset when the tick is
 * stored and in the views. Past the deadline it says what is missing, and is no failure: the ticks are safe in Kafka.
 */
export async function untilConsumed({ bootstrap, topic, login }: Consumed): Promise<void> {
  const admin = new kafkajs.Kafka({
    clientId: "tickhouse-tools",
    brokers: bootstrap.split(","),
    ...securityOf(login),
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin();
  await admin.connect();
  try {
    const ends = new Map(
      (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, BigInt(high)]),
    );
    let missing = 0n;
    const done = await pollUntil(DEADLINE_MS, async () => {
      const [group] = await admin.fetchOffsets({ groupId: CONSUMER_GROUP, topics: [topic] });
      const committed = new Map(
        group?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]),
      );
      missing = 0n;
      for (const [partition, end] of ends) {
        const at = committed.get(partition) ?? -1n;
        if (at < end) missing += end - (at < 0n ? 0n : at);
      }
      return missing === 0n ? true : undefined;
    });
    if (done) say("everything sent can be queried now");
    else
      say(
        `${missing} message(s) are still to be consumed after ${DEADLINE_MS / 1000} s; they are safe in Kafka, and come when the ClickHouse nodes do`,
      );
  } finally {
    await admin.disconnect();
  }
}
