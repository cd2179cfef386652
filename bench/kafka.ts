import kafkajs from "kafkajs";

export interface Spread {
  readonly partitions: number;
  /** Messages of one request; those of one partition may not be larger than a megabyte together. */
  readonly batch: number;
}

/** Messages that the broker has and that no consumer sees yet. */
export interface Backlog {
  /** Makes all of them readable, at once. */
  release(): Promise<void>;
}

// What Kafka allows at most: a backlog waits until those before it are consumed.
const TRANSACTION_TIMEOUT_MS = 900_000;

/**
 * Sends messages to the partitions in turn, as one transaction that is left open: consumers read what is committed,
 * so that sending takes nothing from the speed at which they do.
 *
 * @param id of this backlog alone among those that wait
 */
export async function sendBacklog(
  bootstrap: string,
  topic: string,
  id: string,
  messages: readonly (string | Buffer)[],
  { partitions, batch }: Spread,
): Promise<Backlog> {
  const producer = new kafkajs.Kafka({
    clientId: "tickhouse-bench",
    brokers: [bootstrap],
    logLevel: kafkajs.logLevel.NOTHING,
  }).producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionalId: id,
    transactionTimeout: TRANSACTION_TIMEOUT_MS,
  });
  await producer.connect();
  try {
    const transaction = await producer.transaction();
    for (let at = 0; at < messages.length; at += batch) {
      await transaction.send({
        topic,
        messages: messages
          .slice(at, at + batch)
          .map((value, index) => ({ value, partition: (at + index) % partitions })),
      });
    }
    return {
      async release() {
        await transaction.commit();
        await producer.disconnect();
      },
    };
  } catch (error) {
    await producer.disconnect();
    throw error;
  }
}
