import { createClient } from "@clickhouse/client";
import { expect, it } from "vitest";
import { pollUntil } from "../../infra/poll.ts";
import { applySchema, localSchema, startCluster } from "../support/engine.ts";
import { createTopic, startKafka } from "../support/kafka.ts";

const PARTITIONS = 4;
/** Looks in a row, so that threads which take turns are caught while they do. */
const LOOKS = 15;
const DEADLINE_MS = 5_000;

interface Consumer {
  readonly node: number;
  readonly partitions: readonly number[];
  readonly polled: number;
}

/** A partition whose consumer nobody polls makes its ticks wait until that consumer's session has ended. */
it("polls the consumer of every partition while nothing comes", async () => {
  const kafka = await startKafka();
  try {
    await createTopic(kafka.bootstrap, "ticks", PARTITIONS);
    const cluster = await startCluster({ shards: 2, bootstrap: kafka.bootstrap, partitions: PARTITIONS });
    const clients = cluster.connections.map(({ url, username, password, database }) =>
      createClient({ url, username, password, database }),
    );
    /** Those that have partitions, of both nodes; when each was polled last, seconds since 1970. */
    const consumers = async (): Promise<Consumer[]> => {
      const answers = await Promise.all(
        clients.map(async (client, node) => {
          const answer = await client.query({
            query:
              "SELECT assignments.partition_id AS partitions, toUnixTimestamp(last_poll_time) AS polled FROM system.kafka_consumers",
            format: "JSONEachRow",
          });
          return (await answer.json<Omit<Consumer, "node">>()).map((consumer) => ({ ...consumer, node }));
        }),
      );
      return answers.flat().filter(({ partitions }) => partitions.length > 0);
    };
    const partitionsOf = (some: readonly Consumer[]) =>
      some.flatMap(({ partitions }) => partitions).toSorted((a, b) => a - b);
    try {
      await applySchema(cluster, localSchema(cluster.topology));
      const all = Array.from({ length: PARTITIONS }, (_, index) => index);
      // Before the second node has joined, the group is about to be shared out again.
      const joined = async () => {
        const some = await consumers();
        return { nodes: new Set(some.map(({ node }) => node)).size, partitions: partitionsOf(some) };
      };
      await expect.poll(joined, { timeout: 60_000 }).toEqual({ nodes: clients.length, partitions: all });
      for (let look = 0; look < LOOKS; look += 1) {
        const from = Math.ceil(Date.now() / 1_000);
        let polled: number[] = [];
        await pollUntil(DEADLINE_MS, async () => {
          polled = partitionsOf((await consumers()).filter((consumer) => consumer.polled >= from));
          return polled.length === PARTITIONS ? true : undefined;
        });
        expect(polled, `partitions polled within ${DEADLINE_MS} ms, look ${look}`).toEqual(all);
      }
    } finally {
      await Promise.all(clients.map((client) => client.close()));
      await cluster.stop();
    }
  } finally {
    await kafka.stop();
  }
});
