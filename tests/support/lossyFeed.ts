import kafkajs, { type Admin, type Producer } from "kafkajs";
import { withNode } from "../../infra/clickhouse/connection.ts";
import { pollUntil } from "../../infra/poll.ts";
import { applyFile } from "../../infra/schema/apply/applyFile.ts";
import { pauseConsumption, resumeConsumption } from "../../infra/schema/apply/consumption.ts";
import { readsKafka } from "../../infra/schema/order.ts";
import type { Statement } from "../../infra/schema/statement.ts";
import type { Cluster } from "./engine.ts";

const MARKER_DEADLINE_MS = 30_000;

/** A message as a test sends it. */
export interface Sent {
  readonly partition: number;
  readonly value: string | Buffer | null;
  readonly headers?: Record<string, string>;
}

/** Sends to a topic, and knows where Kafka put each message. */
export interface Feed {
  readonly admin: Admin;
  /** Offsets of the messages, in their order. */
  send(messages: readonly Sent[]): Promise<bigint[]>;
  /** The same in one transaction, a message a partition: returns when its markers, which come later, are there. */
  transaction(messages: readonly Sent[], end: "commit" | "abort"): Promise<void>;
  close(): Promise<void>;
}

export async function openFeed(bootstrap: string, topic: string): Promise<Feed> {
  const client = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: kafkajs.logLevel.NOTHING });
  const createPartitioner = kafkajs.Partitioners.DefaultPartitioner;
  const admin = client.admin();
  const producer = client.producer({ createPartitioner });
  const transactional = client.producer({
    createPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionalId: "a-test",
  });
  await Promise.all([admin, producer, transactional].map((each) => each.connect()));
  const send = async (to: Pick<Producer, "send">, messages: readonly Sent[]): Promise<bigint[]> => {
    const answers = await to.send({ topic, messages: messages.map((each) => ({ ...each })) });
    const next = new Map(answers.map(({ partition, baseOffset }) => [partition, BigInt(baseOffset ?? 0)]));
    return messages.map(({ partition }) => {
      const offset = next.get(partition) ?? 0n;
      next.set(partition, offset + 1n);
      return offset;
    });
  };
  return {
    admin,
    send: (messages) => send(producer, messages),
    async transaction(messages, end) {
      const transaction = await transactional.transaction();
      const offsets = await send(transaction, messages);
      await transaction[end]();
      const marked = await pollUntil(MARKER_DEADLINE_MS, async () => {
        const ends = new Map(
          (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, BigInt(high)]),
        );
        const isMarked = (offset: bigint, index: number): boolean =>
          (ends.get(messages[index]?.partition ?? -1) ?? 0n) > offset + 1n;
        return offsets.every(isMarked) ? true : undefined;
      });
      if (!marked) throw new Error(`no transaction marker came in ${MARKER_DEADLINE_MS} ms`);
    },
    async close() {
      await Promise.all([admin, producer, transactional].map((each) => each.disconnect()));
    },
  };
}

/**
 * Runs something while the views drop what `kept` does not hold for: it is read from Kafka, committed, and stored
 * nowhere, as with a view that was wrong or a Buffer that was lost with its node.
 */
export async function whileLosing(
  cluster: Cluster,
  schema: readonly Statement[],
  kept: Readonly<Record<"kafka_to_buffer_mv" | "dead_letters_mv", string>>,
  use: () => Promise<void>,
): Promise<void> {
  // What is being read goes through the views as they were.
  await pauseConsumption(cluster.connections);
  const views = schema.filter(({ object }) => object in kept);
  for (const { object, sql } of views) {
    const query = `${sql.slice(sql.indexOf("SELECT"))} AND ${kept[object as keyof typeof kept]}`;
    for (const node of cluster.connections)
      await withNode(node, (session) => session.run(`ALTER TABLE ${object} MODIFY QUERY ${query}`));
  }
  await resumeConsumption(cluster.connections);
  try {
    await use();
  } finally {
    for (const view of views)
      for (const node of cluster.connections)
        await applyFile({
          ...view,
          readsKafka: readsKafka(view, schema),
          node,
          cluster: cluster.connections,
        });
    await resumeConsumption(cluster.connections);
  }
}
