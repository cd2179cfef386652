import { afterAll, beforeAll, expect, it } from "vitest";
import { withNode } from "../../../../infra/clickhouse/connection.ts";
import { applySchema, type Cluster, localSchema, startCluster } from "../../../../tests/support/engine.ts";
import { startApi, type TestApi } from "../testing/startApi.ts";

const ROWS = 1_000_000;
const DEADLINE_MS = 30_000;

let cluster: Cluster;
let api: TestApi;

beforeAll(async () => {
  cluster = await startCluster({ shards: 2 });
  await applySchema(cluster, localSchema(cluster.topology));
  await owner((session) =>
    session.run(`INSERT INTO ticks_dedup_all (exchange, symbol, event_time, seq_id, event_type, price, size, side, source_version, ingest_time)
      SELECT 'XNAS', 'LONG', toDateTime64('2025-11-03 00:00:00', 6, 'UTC') + toIntervalMillisecond(number), number, 'trade',
        cityHash64(number) / 1e15, cityHash64(number, 1) / 1e15, 'buy', 1, now64(6)
      FROM numbers(${ROWS})`),
  );
  const urls = cluster.connections.map(({ url }) => url);
  api = await startApi({ clickhouse: { urls, ...cluster.api, database: "tickhouse" } });
});
afterAll(async () => {
  await api?.stop();
  await cluster?.stop();
});

const owner = <T>(action: Parameters<typeof withNode<T>>[1]): Promise<T> => {
  const [node] = cluster.connections;
  if (node === undefined) throw new Error("a cluster without a node");
  return withNode(node, action);
};

/** Queries of a request that run on any node. */
async function runningQueries(requestId: string): Promise<number> {
  const counts = await Promise.all(
    cluster.connections.map((node) =>
      withNode(node, (session) =>
        session.rows<{ count: string }>(
          `SELECT toString(count()) AS count FROM system.processes WHERE startsWith(initial_query_id, '${requestId}')`,
        ),
      ),
    ),
  );
  return counts.reduce((sum, [row]) => sum + Number(row?.count), 0);
}

async function untilRunning(requestId: string, wanted: (count: number) => boolean): Promise<void> {
  const end = performance.now() + DEADLINE_MS;
  while (!wanted(await runningQueries(requestId)))
    if (performance.now() > end)
      throw new Error(`the queries of ${requestId} are not as wanted in ${DEADLINE_MS} ms`);
}

/** A long answer whose beginning was read and no more, so that its query still runs. */
async function beginLong(requestId: string, format: string, encoding: string) {
  const controller = new AbortController();
  const response = await api.get(`/ticks?symbol=LONG&limit=${ROWS}&format=${format}`, {
    headers: { "x-request-id": requestId, "accept-encoding": encoding },
    signal: controller.signal,
  });
  expect(response.status).toBe(200);
  if (response.body === null) throw new Error("an answer without a body");
  const reader = response.body.getReader();
  const first = await reader.read();
  return {
    reader,
    beginning: Buffer.from(first.value ?? []).toString("latin1"),
    leave: () => controller.abort(),
  };
}

async function readOn(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const texts: string[] = [];
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read())
    texts.push(Buffer.from(chunk.value).toString("latin1"));
  return texts.join("");
}

it.each([
  ["csv", "identity"],
  ["csv", "gzip"],
  ["arrow", "identity"],
] as const)("a query that ends in the middle of %s (%s) never looks complete", async (format, encoding) => {
  const requestId = `killed-${format}-${encoding}`;
  const { reader } = await beginLong(requestId, format, encoding);
  await untilRunning(requestId, (count) => count > 0);
  for (const node of cluster.connections)
    await withNode(node, (session) =>
      session.run(`KILL QUERY WHERE startsWith(initial_query_id, '${requestId}') ASYNC`),
    );
  await expect(readOn(reader)).rejects.toThrow();
});

it("a query ends when its client leaves", async () => {
  const { leave } = await beginLong("left", "csv", "identity");
  await untilRunning("left", (count) => count > 0);
  leave();
  await untilRunning("left", (count) => count === 0);
});

it("a slow client gets everything in the end", async () => {
  const { reader, beginning } = await beginLong("slow", "csv", "identity");
  const text = beginning + (await readOn(reader));
  expect(text.match(/\n/g), "a header and the rows").toHaveLength(ROWS + 1);
});
