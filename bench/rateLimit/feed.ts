import { setTimeout as pause } from "node:timers/promises";
import kafkajs from "kafkajs";
import { pollUntil } from "../../infra/poll.ts";
import type { BenchCluster } from "../cluster.ts";
import { tick } from "../tick.ts";

const TICKS_A_SECOND = 200;
const BLOCK_MS = 50;
const LOOK_MS = 20;
const ARRIVAL_MS = 30_000;

/** A stream of ticks through Kafka, and how long each took until it could be queried. */
export interface Feed {
  /** Sends for some seconds; delays in ms, one a tick, once all of them are there. */
  run(seconds: number): Promise<number[]>;
  stop(): Promise<void>;
}

/** @param bench one node that consumes one partition, so that what has the highest number is the last */
export async function openFeed(bench: BenchCluster, bootstrap: string): Promise<Feed> {
  const producer = new kafkajs.Kafka({
    clientId: "tickhouse-bench",
    brokers: [bootstrap],
    logLevel: kafkajs.logLevel.NOTHING,
  }).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  const sentAt: number[] = [];
  const seenAt: number[] = [];
  let stopped = false;

  const look = async (): Promise<void> => {
    const [row] = await bench.rows<{ seen: string }>("SELECT count() AS seen FROM ticks_local");
    const now = performance.now();
    while (seenAt.length < Number(row?.seen ?? 0)) seenAt.push(now);
  };
  const looking = (async () => {
    while (!stopped) {
      await look();
      await pause(LOOK_MS);
    }
  })();

  return {
    async run(seconds) {
      const first = sentAt.length;
      const began = performance.now();
      for (let block = 1; performance.now() - began < seconds * 1_000; block += 1) {
        await pause(Math.max(0, began + block * BLOCK_MS - performance.now()));
        const due = first + Math.floor(((performance.now() - began) / 1_000) * TICKS_A_SECOND);
        const messages = [];
        for (; sentAt.length < due; sentAt.push(performance.now()))
          messages.push({ value: tick("AAPL", sentAt.length), partition: 0 });
        if (messages.length > 0) await producer.send({ topic: "ticks", messages });
      }
      const arrived = await pollUntil(ARRIVAL_MS, () => (seenAt.length >= sentAt.length ? true : undefined));
      if (arrived === undefined || seenAt.length !== sentAt.length)
        throw new Error(`${sentAt.length} ticks were sent, ${seenAt.length} are there`);
      return sentAt.slice(first).map((at, index) => (seenAt[first + index] ?? Number.NaN) - at);
    },
    async stop() {
      stopped = true;
      await looking;
      await producer.disconnect();
    },
  };
}
