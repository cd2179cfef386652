import kafkajs, { type Admin } from "kafkajs";

const client = (bootstrap: string) =>
  new kafkajs.Kafka({
    clientId: "tickhouse-bench",
    brokers: [bootstrap],
    logLevel: kafkajs.logLevel.NOTHING,
  });

export async function createAdmin(bootstrap: string): Promise<Admin> {
  const admin = client(bootstrap).admin();
  await admin.connect();
  return admin;
}

export interface Spread {
  readonly partitions: number;
  /** Messages of one request; those of one partition may not be larger than a megabyte together. */
  readonly batch: number;
}

/** Sends messages to the partitions in turn, and returns when the broker has them. */
export async function produce(
  bootstrap: string,
  topic: string,
  messages: readonly string[],
  { partitions, batch }: Spread,
): Promise<void> {
  const producer = client(bootstrap).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    for (let at = 0; at < messages.length; at += batch) {
      await producer.send({
        topic,
        messages: messages
          .slice(at, at + batch)
          .map((value, index) => ({ value, partition: (at + index) % partitions })),
      });
    }
  } finally {
    await producer.disconnect();
  }
}
