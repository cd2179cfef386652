import { TOPIC } from "../../infra/kafka/names.ts";
import { pollUntil } from "../../infra/poll.ts";
import type { TestApi } from "../../services/api/src/testing/startApi.ts";
import { recomputeShard } from "../../services/bars/src/recompute.ts";
import { openShards } from "../../services/bars/src/shard.ts";
import type { Tick } from "../../services/common/src/index.ts";
import type { Cluster } from "./engine.ts";
import { type StackOptions, startStack } from "./stack.ts";

const LINES = 100;
const DEADLINE_MS = 60_000;

/** A real broker, two real shards that consume from it, and the API over them: all but Pulumi. */
export interface SmallWarehouse {
  readonly api: TestApi;
  readonly cluster: Cluster;
  readonly bootstrap: string;
  /** Sends lines through Kafka; returns when all of them are stored and the bars are computed. */
  send(lines: readonly string[]): Promise<void>;
  /** Waits until as many messages are stored, and their bars are computed. */
  untilStored(messages: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startSmallWarehouse(options: StackOptions = {}): Promise<SmallWarehouse> {
  const stack = await startStack(options);
  const { api, cluster, producer } = stack;
  const shards = openShards({
    ...cluster.bars,
    shards: cluster.connections.map(({ url }) => [url]),
    database: "tickhouse",
  });

  let sent = 0;
  const allStored = async (): Promise<boolean> => {
    const response = await api.get("/audit");
    if (!response.ok) return false;
    const { total } = (await response.json()) as { total: Record<string, number> };
    return total["stored"] === sent && total["missing"] === 0;
  };
  const untilStored = async (messages: number): Promise<void> => {
    sent = messages;
    const done = await pollUntil(DEADLINE_MS, async () => (await allStored()) || undefined);
    if (done === undefined) {
      const last = await (await api.get("/audit")).text();
      throw new Error(`not all of ${messages} messages were stored after ${DEADLINE_MS} ms: ${last}`);
    }
    await Promise.all(
      shards.map((shard) => shard.run((node, fresh) => recomputeShard(node, { since: 0, fresh }))),
    );
  };
  return {
    api,
    cluster,
    bootstrap: stack.bootstrap,
    untilStored,
    async send(lines) {
      const messages = Array.from({ length: Math.ceil(lines.length / LINES) }, (_, index) => ({
        value: lines.slice(index * LINES, (index + 1) * LINES).join("\n"),
      }));
      await producer.send({ topic: TOPIC, messages });
      await untilStored(sent + messages.length);
    },
    async stop() {
      await Promise.all(shards.map((shard) => shard.close()));
      await stack.stop();
    },
  };
}

/** Ticks as the lines that a producer sends. */
export const asLines = (ticks: readonly Tick[]): string[] => ticks.map((tick) => JSON.stringify(tick));
