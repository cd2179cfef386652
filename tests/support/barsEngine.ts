import { createClient } from "@clickhouse/client";
import { routes } from "../../services/api/src/routes/index.ts";
import { startApi, type TestApi } from "../../services/api/src/testing/startApi.ts";
import { recomputeShard } from "../../services/bars/src/recompute.ts";
import { openShards } from "../../services/bars/src/shard.ts";
import type { Tick } from "../../services/common/src/index.ts";
import { applySchema, localSchema, startCluster } from "./engine.ts";

/** Real servers with the schema, ticks as consumers hand them over, bars as their service computes them, and the API. */
export interface BarsEngine {
  readonly api: TestApi;
  /** Sends ticks through the first node, a hundred to a message. */
  ingest(ticks: readonly Tick[]): Promise<void>;
  /** The same of lines that hold what a number of JavaScript can't. */
  ingestLines(lines: readonly string[]): Promise<void>;
  /** What the bars service does at a pass over everything. */
  recompute(): Promise<void>;
  /** The JSON answer of the API; fails when the status is not 200, or the answer is not what OpenAPI says of it. */
  ask<Answer>(path: string): Promise<Answer>;
  stop(): Promise<void>;
}

const DATABASE = "tickhouse";

export async function startBarsEngine(shards = 2): Promise<BarsEngine> {
  const cluster = await startCluster({ shards });
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    await Promise.all(stops.map((each) => each()));
    await cluster.stop();
  };
  try {
    await applySchema(cluster, localSchema(cluster.topology));
    const urls = cluster.connections.map(({ url }) => url);
    const [owner] = cluster.connections;
    if (owner === undefined) throw new Error("a cluster without a node");
    const { url, username, password } = owner;
    const writer = createClient({ url, username, password, database: DATABASE });
    stops.push(() => writer.close());
    const opened = openShards({ ...cluster.bars, shards: urls.map((each) => [each]), database: DATABASE });
    stops.push(...opened.map((shard) => () => shard.close()));
    const api = await startApi({
      clickhouse: { urls, ...cluster.api, database: DATABASE, queryTimeoutMs: 30_000 },
    });
    stops.push(() => api.stop());
    let offset = 0;
    const ingestLines = async (lines: readonly string[]) => {
      const values = messagesOf(lines).map((message) => {
        offset += 1;
        return { message, kafka_topic: "ticks", kafka_partition: 0, kafka_offset: offset };
      });
      await writer.insert({ table: "ticks_messages", values, format: "JSONEachRow" });
    };
    return {
      api,
      ingestLines,
      ingest: (ticks) => ingestLines(ticks.map((tick) => JSON.stringify(tick))),
      async recompute() {
        await Promise.all(
          opened.map((shard) => shard.run((client, fresh) => recomputeShard(client, { since: 0, fresh }))),
        );
      },
      // Each asks by a connection of its own: a test's loop may keep this process busy for longer than one is kept.
      async ask<Answer>(path: string): Promise<Answer> {
        const response = await api.get(path, { headers: { connection: "close" } });
        const body = await response.text();
        if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${body}`);
        const answer: unknown = JSON.parse(body);
        documented(path).parse(answer);
        return answer as Answer;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The schema that OpenAPI shows of a path's answer. */
function documented(path: string) {
  const route = routes.find((each) => each.path === path.split("?")[0]);
  if (route === undefined) throw new Error(`no route has the path of ${path}`);
  return route.response;
}

const messagesOf = (lines: readonly string[]): string[] =>
  Array.from({ length: Math.ceil(lines.length / 100) }, (_, index) =>
    lines.slice(index * 100, index * 100 + 100).join("\n"),
  );
