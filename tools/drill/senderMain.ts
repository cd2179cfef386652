import { readFileSync } from "node:fs";
import kafkajs from "kafkajs";
import { type KafkaLogin, securityOf } from "../../services/common/src/index.ts";
import { makeFeed } from "./feed/feed.ts";
import type { Acknowledged, SenderTask } from "./senderTask.ts";

// The drill's producer, a process of its own, so that it can be killed: sends a feed's messages from one of them on, in
// order and at an even pace, as whoever standard input names, and says on standard output which ones Kafka has acknowledged, and where.
const task = JSON.parse(process.argv[2] ?? "") as SenderTask;
const login = JSON.parse(readFileSync(process.stdin.fd, "utf8")) as KafkaLogin;
const { messages } = makeFeed(task.feed);

const partitionOf = new Map<object, number>();
const producer = new kafkajs.Kafka({
  clientId: "tickhouse-drill-sender",
  brokers: task.bootstrap.split(","),
  ...securityOf(login),
  connectionTimeout: 2_000,
  logLevel: kafkajs.logLevel.NOTHING,
  retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: Number.MAX_SAFE_INTEGER },
}).producer({
  idempotent: true,
  maxInFlightRequests: 1,
  allowAutoTopicCreation: false,
  // As Kafka's own clients choose, and remembered: the answer tells where a partition's messages begin.
  createPartitioner: () => {
    const choose = kafkajs.Partitioners.DefaultPartitioner();
    return (args) => {
      const partition = choose(args);
      partitionOf.set(args.message, partition);
      return partition;
    };
  },
});

/** Messages that are due by the pace; at least one. */
function takeDue(next: number, startedMs: number): number {
  const pace = task.durationMs / messages.length;
  const due = task.from + Math.floor((Date.now() - startedMs) / pace) + 1;
  return Math.min(Math.max(due, next + 1), messages.length);
}

/** Keeps to the pace: sending has a speed, and waits for nothing. */
const until = (dueMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - Date.now())));

await producer.connect();
const startedMs = Date.now();
let next = task.from;
while (next < messages.length) {
  await until(startedMs + ((next - task.from) * task.durationMs) / messages.length);
  const end = takeDue(next, startedMs);
  const batch = messages.slice(next, end).map(({ key, value }) => ({ key, value }));
  const written = await producer.send({ topic: task.topic, acks: -1, messages: batch });
  const offsets = new Map(written.map(({ partition, baseOffset }) => [partition, BigInt(baseOffset ?? -1)]));
  const acknowledged = batch.map((message, index): Acknowledged => {
    const partition = partitionOf.get(message) ?? -1;
    const offset = offsets.get(partition) ?? -1n;
    offsets.set(partition, offset + 1n);
    return [next + index, partition, String(offset)];
  });
  process.stdout.write(`${JSON.stringify(acknowledged)}\n`);
  partitionOf.clear();
  next = end;
}
await producer.disconnect();
