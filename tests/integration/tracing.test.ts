import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { TOPIC } from "../../infra/kafka/names.ts";
import { pollUntil } from "../../infra/poll.ts";
import { ROOT } from "../../infra/targets/local/layout.ts";
import { readTopic, type StoredMessage } from "../../services/producer/src/testing/readTopic.ts";
import { freePorts } from "../support/freePort.ts";
import { createTopic } from "../support/kafka.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlpReceiver.ts";
import { startRecordingProxy } from "../support/recordingProxy.ts";
import { startStack, type TestStack } from "../support/stack.ts";

// The services as processes, with a collector that listens and without; a real broker and real ClickHouse nodes.
const DEADLINE_MS = 60_000;
const SERVER = 2;
const CLIENT = 3;
const PRODUCER = 4;
let stack: TestStack;
let collector: OtlpReceiver;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  collector = await startOtlpReceiver();
  stack = await startStack();
});
afterAll(async () => {
  await stack.stop();
  await collector.stop();
});
afterEach(async () => {
  for (const each of stops.splice(0).reverse()) await each();
});

const main = (service: string): string => join(ROOT, "services", service, "src", "main.ts");

/** Sends the same thousand ticks to a topic. */
async function produce(topic: string, env: Readonly<Record<string, string>>): Promise<StoredMessage[]> {
  const feed = [
    "simulate",
    "--count",
    "1000",
    "--rate",
    "0",
    "--seed",
    "5",
    "--start",
    "2025-11-14T14:30:00Z",
  ];
  const result = await execa(process.execPath, ["--import", "tsx", main("producer"), ...feed], {
    cwd: ROOT,
    env: { KAFKA_BOOTSTRAP: stack.bootstrap, KAFKA_TOPIC: topic, ...env },
    reject: false,
    all: true,
  });
  expect(result.exitCode, result.all).toBe(0);
  return readTopic(stack.bootstrap, topic);
}

/** The API behind which every query to ClickHouse is seen. */
async function startApi(env: Readonly<Record<string, string>>) {
  const [node] = stack.cluster.connections;
  if (node === undefined) throw new Error("a cluster without a node");
  const proxy = await startRecordingProxy(node.url);
  const [port = 0] = await freePorts(1);
  const child = execa(process.execPath, ["--import", "tsx", main("api")], {
    cwd: ROOT,
    env: {
      API_PORT: String(port),
      CLICKHOUSE_URLS: proxy.url,
      CLICKHOUSE_USER: stack.cluster.api.username,
      CLICKHOUSE_PASSWORD: stack.cluster.api.password,
      CLICKHOUSE_DATABASE: node.database,
      LOG_LEVEL: "warn",
      ...env,
    },
    reject: false,
    stdio: ["ignore", "ignore", "inherit"],
  });
  stops.push(proxy.stop, async () => {
    child.kill("SIGTERM");
    await child;
  });
  const url = `http://127.0.0.1:${port}`;
  const up = await pollUntil(DEADLINE_MS, () =>
    fetch(`${url}/health/live`).then(
      ({ ok }) => ok || undefined,
      () => undefined,
    ),
  );
  if (up === undefined) throw new Error(`the API did not answer at ${url} in ${DEADLINE_MS} ms`);
  return { url, requests: proxy.requests };
}

const spansOf = (service: string) => collector.spans.filter((span) => span.service === service);

describe("the producer", () => {
  it("sends the same bytes, with and without a collector; with one every message names its batch's span", async () => {
    const [plainTopic, tracedTopic] = ["plain", "traced"];
    for (const topic of [plainTopic, tracedTopic]) await createTopic(stack.bootstrap, topic, 3);
    const plain = await produce(plainTopic, {});
    const traced = await produce(tracedTopic, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
    const content = (messages: readonly StoredMessage[]) =>
      messages.map(({ partition, key, value }) => [partition, key, value]);
    expect(content(traced)).toEqual(content(plain));
    expect(plain.every(({ traceparent }) => traceparent === undefined)).toBe(true);

    const spans = spansOf("tickhouse-producer");
    const known = new Map(spans.map((span) => [`00-${span.traceId}-${span.spanId}-01`, span]));
    for (const { traceparent } of traced) expect(known.has(traceparent ?? ""), traceparent).toBe(true);
    // One span a batch, and each message in one of them.
    const messages = spans.reduce(
      (sum, { attributes }) => sum + Number(attributes["messaging.batch.message_count"]),
      0,
    );
    const ticks = spans.reduce((sum, { attributes }) => sum + Number(attributes["tickhouse.ticks"]), 0);
    expect([messages, ticks]).toEqual([traced.length, 1000]);
    for (const { kind, name } of spans) expect([kind, name]).toEqual([PRODUCER, "send traced"]);
  });

  it("stores every tick once where headers are on its messages", async () => {
    await produce(TOPIC, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
    const stored = await pollUntil(DEADLINE_MS, async () => {
      const answer = await stack.api.get("/audit");
      const { total } = (await answer.json()) as { total: Record<string, number> };
      return total["pending"] === 0 && Number(total["stored"]) > 0 ? total : undefined;
    });
    expect(stored).toMatchObject({ missing: 0, deadLettered: 0 });
  });

  it("ends well when the collector does not answer", async () => {
    await createTopic(stack.bootstrap, "alone", 1);
    const messages = await produce("alone", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" });
    expect(messages.flatMap(({ value }) => value.split("\n"))).toHaveLength(1000);
  });
});

describe("the API", () => {
  const CALLER = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };

  it.each([
    ["answers that are read", "/dedup/raw_count?symbol=AAPL", "dedup_raw"],
    ["tables that are streamed", "/ticks?symbol=AAPL&limit=10", undefined],
  ])("leads one trace from its caller to ClickHouse: %s", async (_what, path, summary) => {
    const api = await startApi({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
    const before = collector.spans.length;
    const headers = { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` };
    const answer = await fetch(`${api.url}${path}`, { headers });
    expect(answer.status).toBe(200);
    await answer.text();
    const spans = await pollUntil(DEADLINE_MS, async () => {
      const all = collector.spans.slice(before);
      return all.some(({ kind }) => kind === SERVER) ? all : undefined;
    });
    const server = spans?.find(({ kind }) => kind === SERVER);
    const route = path.split("?")[0];
    expect(server).toMatchObject({
      name: `GET ${route}`,
      traceId: CALLER.traceId,
      parentSpanId: CALLER.spanId,
      attributes: { "http.route": route, "http.response.status_code": 200 },
    });
    const queries = spans?.filter(({ kind, traceId }) => kind === CLIENT && traceId === CALLER.traceId) ?? [];
    expect(queries.length).toBeGreaterThan(0);
    for (const query of queries) {
      expect(query.parentSpanId).toBe(server?.spanId);
      if (summary !== undefined) expect(query.attributes["db.query.summary"]).toBe(summary);
      // What reached ClickHouse names this span, under the query's own id.
      const sent = api.requests.find(({ queryId }) => queryId === query.attributes["tickhouse.query_id"]);
      expect(sent?.headers["traceparent"]).toBe(`00-${CALLER.traceId}-${query.spanId}-01`);
    }
  });

  it("tells nobody anything without a collector, whatever its caller says", async () => {
    const api = await startApi({});
    const before = collector.spans.length;
    const headers = { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` };
    expect((await fetch(`${api.url}/dedup/raw_count?symbol=AAPL`, { headers })).status).toBe(200);
    expect(api.requests.length).toBeGreaterThan(0);
    for (const sent of api.requests) expect(sent.headers["traceparent"]).toBeUndefined();
    expect(collector.spans.length).toBe(before);
  });
});
