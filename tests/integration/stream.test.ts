import kafkajs, { type Producer } from "kafkajs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type OpenStream, openStream } from "../../services/api/src/testing/openStream.ts";
import { startApi, type TestApi } from "../../services/api/src/testing/startApi.ts";
import { untilSoon } from "../../services/api/src/testing/until.ts";
import type { Tick } from "../../services/common/src/index.ts";
import { applySchema, type Cluster, localSchema, startCluster } from "../support/engine.ts";
import { createTopic, startKafka, type TestKafka } from "../support/kafka.ts";
import { makeFeed } from "../support/ticks.ts";

// Kafka, both shards and the API as they are in a stack: what is sent to Kafka is what a client gets.
const PARTITIONS = 3;
const SYMBOLS = ["AAPL", "MSFT", "NVDA", "AMZN"];
const DEADLINE_MS = 90_000;

let kafka: TestKafka;
let cluster: Cluster;
let api: TestApi;
let producer: Producer;
const streams: OpenStream[] = [];

beforeAll(async () => {
  kafka = await startKafka();
  await createTopic(kafka.bootstrap, "ticks", PARTITIONS);
  cluster = await startCluster({ shards: 2, bootstrap: kafka.bootstrap, partitions: PARTITIONS });
  await applySchema(cluster, localSchema(cluster.topology));
  api = await startApi({
    clickhouse: { urls: cluster.connections.map(({ url }) => url), ...cluster.api, database: "tickhouse" },
    stream: { intervalMs: 100, settleMs: 5_000 },
  });
  producer = new kafkajs.Kafka({
    clientId: "stream-test",
    brokers: [kafka.bootstrap],
    logLevel: kafkajs.logLevel.NOTHING,
  }).producer({
    transactionalId: "stream-test",
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
});
afterAll(async () => {
  for (const stream of streams) stream.close();
  await producer?.disconnect();
  await api?.stop();
  await cluster?.stop();
  await kafka?.stop();
});

const listen = async (symbols: readonly string[], lastEventId?: string): Promise<OpenStream> => {
  const headers = lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId };
  const stream = await openStream(`${api.url}/stream?channels=ticks&symbol=${symbols.join(",")}`, headers);
  streams.push(stream);
  if (lastEventId === undefined) await stream.untilId();
  return stream;
};

/** Messages of up to three ticks of one symbol, in transactions: their markers are offsets that hold nothing. */
async function produce(ticks: readonly Tick[]): Promise<void> {
  for (let at = 0; at < ticks.length; at += 40) {
    const messages = new Map<string, string[]>();
    for (const [index, tick] of ticks.slice(at, at + 40).entries()) {
      const key = `${tick.symbol} ${Math.floor(index / 12)}`;
      messages.set(key, [...(messages.get(key) ?? []), JSON.stringify(tick)]);
    }
    const transaction = await producer.transaction();
    await transaction.send({
      topic: "ticks",
      messages: [...messages].map(([key, lines]) => ({
        key: key.split(" ")[0] ?? "",
        value: lines.join("\n"),
      })),
    });
    await transaction.commit();
  }
}

const sent = (ticks: readonly Tick[], symbol: string) =>
  ticks
    .filter((tick) => tick.symbol === symbol)
    .map((tick) => [tick.event_type, tick.side, tick.seq_id, tick.price, tick.size].join(" "));

const got = (parts: readonly OpenStream[], symbol: string) =>
  parts
    .flatMap((part) => part.of("tick"))
    .filter((tick) => tick["symbol"] === symbol)
    .map((tick) => [tick["eventType"], tick["side"], tick["seqId"], tick["price"], tick["size"]].join(" "));

it("sends what went into Kafka, in its order, over the markers of transactions, and resumes in the middle", async () => {
  const feed = makeFeed({
    symbols: SYMBOLS,
    exchange: "XNAS",
    trades: 60,
    startMicros: 1_763_121_600_000_000n,
    seed: 5,
  });
  // Symbols in turns, as they trade.
  const ticks = feed.toSorted((a, b) => Number(a.seq_id) - Number(b.seq_id));
  const wanted = ["AAPL", "NVDA"];
  const count = ticks.filter(({ symbol }) => wanted.includes(symbol)).length;
  const whole = await listen(wanted);
  const first = await listen(wanted);
  await produce(ticks.slice(0, ticks.length / 2));
  await untilSoon(
    () => first.of("tick").length >= count / 4,
    () => `a quarter of ${count} ticks; ${first.of("tick").length} came`,
    DEADLINE_MS,
  );
  first.close();
  await untilSoon(
    () => first.ended,
    () => "the first stream closes",
  );
  await produce(ticks.slice(ticks.length / 2));
  const second = await listen(wanted, first.lastEventId);
  for (const parts of [[whole], [first, second]]) {
    const arrived = () => parts.reduce((sum, part) => sum + part.of("tick").length, 0);
    await untilSoon(
      () => arrived() >= count,
      () => `${count} ticks; ${arrived()} came`,
      DEADLINE_MS,
    );
    for (const symbol of wanted) expect(got(parts, symbol)).toEqual(sent(ticks, symbol));
  }
});

it("goes on with every tick when a node has stopped and come back", async () => {
  const feed = makeFeed({
    symbols: SYMBOLS.map((symbol) => `${symbol}.2`),
    exchange: "XNAS",
    trades: 30,
    startMicros: 1_763_121_600_000_000n,
    seed: 6,
  });
  const ticks = feed.toSorted((a, b) => Number(a.seq_id) - Number(b.seq_id));
  const symbols = SYMBOLS.map((symbol) => `${symbol}.2`);
  const stream = await listen(symbols);
  await produce(ticks.slice(0, 60));
  await stream.untilCount("tick", 20);
  await cluster.restart(1);
  await produce(ticks.slice(60));
  const arrived = () => stream.of("tick").length;
  await untilSoon(
    () => arrived() >= ticks.length,
    () => `${ticks.length} ticks; ${arrived()} came`,
    DEADLINE_MS,
  );
  for (const symbol of symbols) expect(got([stream], symbol)).toEqual(sent(ticks, symbol));
  expect(stream.ended).toBe(false);
});
