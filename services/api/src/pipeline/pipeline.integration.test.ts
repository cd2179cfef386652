import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withNode } from "../../../../infra/clickhouse/connection.ts";
import { CONSUMER_GROUP, TOPIC } from "../../../../infra/kafka/names.ts";
import { pollUntil } from "../../../../infra/poll.ts";
import { resumeConsumption } from "../../../../infra/schema/apply/consumption.ts";
import { PARTITIONS, startStack, type TestStack } from "../../../../tests/support/stack.ts";

const STARTED_MS = Date.now();
const DEADLINE_MS = 60_000;
/** Nobody listens there. */
const DOWN = "http://127.0.0.1:1";

interface Stage {
  readonly name: string;
  readonly rate: number | null;
  readonly lag: number | null;
  readonly latencyMs: { readonly p50: number; readonly p99: number } | null;
}
interface Pipeline {
  readonly partitions:
    | { partition: number; endOffset: string; committedOffset: string; lag: number }[]
    | null;
  readonly buffer: { readonly rows: number | null };
  readonly stages: Stage[];
  readonly deadLetters: { total: number; lastHour: number; causes: { cause: string; count: number }[] };
  readonly nodes: { name: string; up: boolean; parts: number | null; rows: number | null }[];
  readonly audit: { verdict: string; missing: number } | null;
  readonly problems: string[];
}

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

const read = async (api = stack.api): Promise<Pipeline> => {
  const response = await api.get("/pipeline");
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text) as Pipeline;
};
const stageOf = ({ stages }: Pipeline, name: string): Stage => {
  const stage = stages.find((each) => each.name === name);
  if (stage === undefined) throw new Error(`no stage ${name}`);
  return stage;
};
const until = async <T>(what: string, ask: () => Promise<T | undefined>): Promise<T> => {
  const found = await pollUntil(DEADLINE_MS, ask);
  if (found === undefined) throw new Error(`${what} did not come within ${DEADLINE_MS} ms`);
  return found;
};

let seq = 0;
const tick = (eventMs: number, price: number | string = 100): string => {
  seq += 1;
  return `{"exchange":"XNAS","symbol":"S${seq % 5}","event_time":"${new Date(eventMs).toISOString()}","seq_id":${seq},"event_type":"trade","price":${price},"size":1,"side":"buy","source_version":1}`;
};
const send = (texts: readonly string[]) =>
  stack.producer.send({
    topic: TOPIC,
    messages: texts.map((value, index) => ({ value, partition: index % PARTITIONS })),
  });
const onEachNode = (sql: string) =>
  Promise.all(stack.cluster.connections.map((node) => withNode(node, (session) => session.run(sql))));

/** What the broker itself says. */
const plainLags = async (): Promise<Map<number, number>> => {
  const [group] = await stack.admin.fetchOffsets({ groupId: CONSUMER_GROUP, topics: [TOPIC] });
  const committed = new Map(group?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  return new Map(
    (await stack.admin.fetchTopicOffsets(TOPIC)).map(({ partition, high }) => [
      partition,
      Number(high) - Math.max(0, committed.get(partition) ?? 0),
    ]),
  );
};

describe("at rest", () => {
  const LIVE = 90;
  const OLD = 30;
  const BROKEN = 12;
  const BEHIND_MS = 3_000;

  it("rates, lag and counts are what a plain count says", async () => {
    const sentMs = Date.now();
    await send([
      ...Array.from({ length: LIVE }, () => tick(sentMs - BEHIND_MS)),
      ...Array.from({ length: OLD }, () => tick(Date.UTC(2025, 10, 14))),
      ...Array.from({ length: BROKEN }, () => tick(sentMs, -1)),
    ]);
    const pipeline = await until("every message", async () => {
      const now = await read();
      const settled = now.partitions?.every(({ lag }) => lag === 0) && now.deadLetters.total === BROKEN;
      return settled && Number(stageOf(now, "dedup").rate) * 60 >= LIVE + OLD - 0.5 ? now : undefined;
    });
    // A slow machine would make these rates of less than everything.
    expect(Date.now() - sentMs).toBeLessThan(55_000);

    const lags = await plainLags();
    expect(pipeline.partitions?.map(({ partition, lag }) => [partition, lag])).toEqual(
      [...lags].sort((a, b) => a[0] - b[0]),
    );
    expect(pipeline.partitions?.reduce((sum, { endOffset }) => sum + Number(endOffset), 0)).toBe(
      LIVE + OLD + BROKEN,
    );
    for (const { endOffset, committedOffset } of pipeline.partitions ?? [])
      expect(committedOffset).toBe(endOffset);

    const perMinute = (name: string) => Number(stageOf(pipeline, name).rate) * 60;
    expect(perMinute("source")).toBeCloseTo(LIVE, 9);
    expect(perMinute("ingest")).toBeCloseTo(LIVE + OLD + BROKEN, 9);
    expect(perMinute("ticks")).toBeCloseTo(LIVE + OLD, 9);
    expect(perMinute("dedup")).toBeCloseTo(LIVE + OLD, 9);
    expect(stageOf(pipeline, "ingest").lag).toBe(0);
    expect(pipeline.buffer.rows).toBe(0);
    expect(pipeline.deadLetters).toEqual({
      total: BROKEN,
      lastHour: BROKEN,
      causes: [{ cause: "price is …", count: BROKEN }],
    });
    const source = stageOf(pipeline, "source").latencyMs;
    expect(source?.p50).toBeGreaterThanOrEqual(BEHIND_MS);
    expect(source?.p99).toBeLessThan(BEHIND_MS + DEADLINE_MS);
    expect(pipeline.problems).toEqual([]);
  });

  it("each node says what it holds", async () => {
    const { nodes } = await read();
    const plain = await Promise.all(
      stack.cluster.connections.map((node) =>
        withNode(node, (session) =>
          session.rows<{ rows: string }>(
            "SELECT toString(sum(rows)) AS rows FROM system.parts WHERE active AND database = 'tickhouse'",
          ),
        ),
      ),
    );
    expect(nodes.map(({ up }) => up)).toEqual([true, true]);
    expect(nodes.map(({ rows }) => String(rows))).toEqual(plain.map(([row]) => row?.rows));
  });

  it("has the last audit", async () => {
    const audit = await until("an audit", async () => (await read()).audit ?? undefined);
    expect(audit).toMatchObject({ verdict: "complete", missing: 0 });
  });
});

describe("while ticks flow", () => {
  it("says how long they take until they can be queried", async () => {
    const latency = await until("a latency", async () => {
      await send([tick(Date.now())]);
      return stageOf(await read(), "ticks").latencyMs ?? undefined;
    });
    expect(latency.p50).toBeGreaterThan(0);
    expect(latency.p99).toBeGreaterThanOrEqual(latency.p50);
    // No tick, of this test or one before, can have taken longer than all of them did.
    expect(latency.p99).toBeLessThanOrEqual(Date.now() - STARTED_MS);
  });

  it("says how far behind a warehouse is that does not consume, and that it has caught up", async () => {
    // An answer is shared for two seconds; the broker knows what is consumed by now.
    await until("rest", async () =>
      [...(await plainLags()).values()].every((lag) => lag === 0) ? true : undefined,
    );
    await onEachNode("DETACH TABLE ticks_kafka PERMANENTLY SYNC");
    const COUNT = 50;
    await send(Array.from({ length: COUNT }, () => tick(Date.now())));
    const behind = await until("the lag", async () => {
      const now = await read();
      return stageOf(now, "ingest").lag === COUNT ? now : undefined;
    });
    const lags = await plainLags();
    for (const { partition, lag } of behind.partitions ?? []) expect(lag).toBe(lags.get(partition));
    const metrics = await until("the gauges", async () => {
      const text = await stack.api.metrics();
      const told = [...text.matchAll(/^tickhouse_kafka_lag\{topic="ticks",partition="\d"\} (\d+)$/gm)];
      return told.reduce((sum, [, lag]) => sum + Number(lag), 0) === COUNT ? text : undefined;
    });
    expect(metrics).toMatch(/^tickhouse_buffer_rows 0$/m);
    expect(metrics).toMatch(/^tickhouse_dead_letters 12$/m);
    await resumeConsumption(stack.cluster.connections);
    await until("the rest", async () => (stageOf(await read(), "ingest").lag === 0 ? true : undefined));
  });
});

describe("where something is down", () => {
  it("a node is, and no error", async () => {
    const urls = [...stack.cluster.connections.map(({ url }) => url), DOWN];
    const database = stack.cluster.connections[0]?.database ?? "";
    const api = await stack.startApi({ clickhouse: { urls, ...stack.cluster.api, database } });
    const { nodes, problems, buffer } = await read(api);
    expect(nodes.map(({ up }) => up)).toEqual([true, true, false]);
    expect(nodes[2]).toMatchObject({ name: "127.0.0.1:1", parts: null, rows: null });
    expect(buffer.rows).toBe(0);
    expect(problems).toEqual(["127.0.0.1:1 does not answer: what it holds, in memory too, is not counted"]);
  });

  it("everything may be", async () => {
    const api = await stack.startApi({
      clickhouse: { urls: [DOWN] },
      kafka: { bootstrap: "127.0.0.1:1", topic: TOPIC, group: CONSUMER_GROUP },
    });
    const { partitions, nodes, stages, problems } = await read(api);
    expect(partitions).toBeNull();
    expect(nodes.map(({ up }) => up)).toEqual([false]);
    for (const { rate } of stages) expect(rate).toBeNull();
    expect(problems.join("; ")).toContain("Kafka's offsets are not known: Kafka does not answer");
    expect(problems.join("; ")).toContain("rates are not known: No ClickHouse node can be reached");
    const metrics = await api.metrics();
    expect(metrics).not.toMatch(/^tickhouse_kafka_lag\{/m);
  });

  it("an API without Kafka says so", async () => {
    const api = await stack.startApi({ kafka: undefined, replay: undefined });
    const { partitions, problems } = await read(api);
    expect(partitions).toBeNull();
    expect(problems).toEqual([
      expect.stringMatching(/^Kafka's offsets are not known: this API was not told/),
    ]);
  });
});
