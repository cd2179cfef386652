import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@tickhouse/common";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTopic, startKafka, type TestKafka } from "../../../tests/support/kafka.ts";
import { createProgram } from "./cli.ts";
import { Counters } from "./counters.ts";
import { limitSource } from "./sources/limit.ts";
import { simulateTicks } from "./sources/simulate.ts";
import type { FeedTick, Source } from "./sources/source.ts";
import { collect, line } from "./testing/collect.ts";
import { startKrakenFeed } from "./testing/krakenFeed.ts";
import { readTopic, ticksByKey } from "./testing/readTopic.ts";
import { runProducer } from "./testing/runProducer.ts";
import { tickJson } from "./tickJson.ts";
import { createSource } from "./wiring.ts";

const PARTITIONS = 4;
const START = "2025-11-14T14:30:00Z";

let kafka: TestKafka;
let folder: string;
let topic: string;
let topics = 0;

beforeAll(async () => {
  kafka = await startKafka();
});
afterAll(() => kafka.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "producer-kafka-"));
  topics += 1;
  topic = `ticks-${topics}`;
  await createTopic(kafka.bootstrap, topic, PARTITIONS);
});
afterEach(() => rm(folder, { recursive: true }));

/** Starts the producer against the test's topic; its log goes to a file. */
function produce(...args: string[]) {
  const logFile = join(folder, "producer.log");
  const run = runProducer([...args, "--topic", topic, "--log-file", logFile], {
    KAFKA_BOOTSTRAP: kafka.bootstrap,
  });
  const finished = async (): Promise<Record<string, unknown>> => {
    const lines = (await readFile(logFile, "utf8")).trimEnd().split("\n");
    return lines.map((text) => JSON.parse(text)).find(({ msg }) => msg === "finished");
  };
  return { ...run, finished };
}

function simulatedLines(count: number): string[] {
  const ticks = simulateTicks({
    symbols: ["AAPL", "MSFT", "NVDA", "foobar", "21"],
    exchange: "XNAS",
    seed: 3,
    count,
    startMicros: 1_763_130_600_000_000n,
    clockRate: 200,
    quotes: 30,
    corrections: 5,
    busts: 1,
    duplicates: 5,
    late: 5,
    lateBySeconds: 5,
    priceGrid: { step: 0.01, decimals: 2 },
    maxMove: 3,
    sizeGrid: { step: 0.0001, decimals: 4 },
    maxSizeSteps: 500,
  });
  return [...ticks].map(({ tick }) => tickJson(tick));
}

/** The first ticks of the feed that the same options give, straight from the source. */
async function simulatedFeed(count: number, options: readonly string[]): Promise<FeedTick[]> {
  const log = createLogger({ name: "test", level: "silent" });
  let source: Source | undefined;
  const program = createProgram(async (job) => {
    source = createSource(job, new Counters(), log);
  });
  await program.parseAsync(["simulate", "--rate", "0", ...options], { from: "user" });
  if (source === undefined) throw new Error("no source");
  return collect(limitSource(source, count));
}

const symbolOf = (text: string): string => JSON.parse(text).symbol;

async function waitForTicks(count: number): Promise<void> {
  while ((await readTopic(kafka.bootstrap, topic)).flatMap(({ value }) => value.split("\n")).length < count);
}

describe("producer, with a real broker", () => {
  it.each(["none", "gzip"])(
    "stores a replayed file to the byte, keyed and ordered by symbol (%s)",
    async (compression) => {
      const lines = simulatedLines(20_000);
      const file = join(folder, "ticks.jsonl");
      await writeFile(file, lines.join("\n"));
      const { ended, finished } = produce("replay", file, "--compression", compression, "--linger", "60000");
      expect(await ended).toMatchObject({ code: 0, stderr: "" });

      const messages = await readTopic(kafka.bootstrap, topic);
      const stored = ticksByKey(messages);
      expect([...stored.keys()].sort()).toEqual(["21", "AAPL", "MSFT", "NVDA", "foobar"]);
      for (const [symbol, ticks] of stored)
        expect(ticks).toEqual(lines.filter((text) => symbolOf(text) === symbol));
      const full = [...stored.values()].reduce((sum, { length }) => sum + Math.ceil(length / 500), 0);
      expect(messages.length).toBe(full);
      expect(await finished()).toMatchObject({
        ticks: 20_000,
        sent: 20_000,
        messages: messages.length,
        skipped: 0,
      });
    },
  );

  it("chooses partitions as the Java client does", async () => {
    const file = join(folder, "ticks.jsonl");
    await writeFile(file, ["foobar", "21"].map((symbol, i) => line(i, { symbol })).join("\n"));
    expect((await produce("replay", file).ended).code).toBe(0);
    const messages = await readTopic(kafka.bootstrap, topic);
    const partitionOf = (symbol: string) => messages.find(({ key }) => key === symbol)?.partition;
    // murmur2 of these keys as org.apache.kafka.common.utils.UtilsTest lists it.
    expect(partitionOf("foobar")).toBe((-790332482 & 0x7fffffff) % PARTITIONS);
    expect(partitionOf("21")).toBe((-973932308 & 0x7fffffff) % PARTITIONS);
  });

  it("stores a simulated feed as the generator gives it", async () => {
    const count = 30_000;
    const args = ["--count", String(count), "--rate", "0", "--start", START, "--seed", "9"];
    const [direct, sent] = await Promise.all([
      runProducer(["simulate", "--stdout", ...args]).ended,
      produce("simulate", ...args).ended,
    ]);
    expect(sent.code).toBe(0);
    const lines = direct.stdout.trimEnd().split("\n");
    const stored = ticksByKey(await readTopic(kafka.bootstrap, topic));
    expect(stored.size).toBe(5);
    for (const [symbol, ticks] of stored)
      expect(ticks).toEqual(lines.filter((text) => symbolOf(text) === symbol));
  });

  it.each(["2000", "0"])(
    "loses nothing that it read when SIGTERM comes in mid-feed (rate %s)",
    async (rate) => {
      const feed = ["--start", START, "--clock-rate", "2000"];
      const run = produce("simulate", "--rate", rate, ...feed);
      await waitForTicks(500);
      run.process.kill("SIGTERM");
      expect((await run.ended).code).toBe(0);
      const stored = ticksByKey(await readTopic(kafka.bootstrap, topic));
      const count = [...stored.values()].reduce((sum, { length }) => sum + length, 0);
      expect(count).toBeGreaterThanOrEqual(500);
      expect(await run.finished()).toMatchObject({ ticks: count, sent: count });

      // Together the symbols hold exactly the first ticks of the feed: no hole, nothing twice, in order.
      const expected = new Map<string | null, string[]>();
      for (const { symbol, text } of await simulatedFeed(count, feed)) {
        const ticks = expected.get(symbol);
        if (ticks === undefined) expected.set(symbol, [text]);
        else ticks.push(text);
      }
      expect([...stored].sort()).toEqual([...expected].sort());
    },
  );

  it("sends bad rows alone and as they are, without harm to the good ones", async () => {
    const file = join(folder, "ticks.jsonl");
    const lines = [line(1), "{broken", line(2), line(3, { price: -1 }), line(4)];
    await writeFile(file, lines.join("\n"));
    expect((await produce("replay", file, "--on-bad-row", "send").ended).code).toBe(0);
    const messages = await readTopic(kafka.bootstrap, topic);
    expect(messages.find(({ key }) => key === null)?.value).toBe("{broken");
    expect(messages.filter(({ key }) => key === "AAPL").map(({ value }) => value)).toEqual([
      `${line(1)}\n${line(2)}`,
      line(3, { price: -1 }),
      line(4),
    ]);
  });

  it("stores an exchange's feed and reports nothing missing when it is stopped", async () => {
    const feed = await startKrakenFeed(["BTC", "USDT"]);
    try {
      const config = join(folder, "exchange.json");
      await writeFile(config, JSON.stringify(feed.config));
      const run = produce("live", "kraken", "BTCUSDT", "--feeds", "trades", "--exchange-config", config);
      await feed.subscribed("trade", "BTC/USDT");
      for (let id = 1; id <= 200; id += 1) {
        const timestamp = `2025-11-10T17:23:53.${String(id).padStart(6, "0")}Z`;
        feed.sendTrades("BTC/USDT", [{ trade_id: id, price: 105_433.6, qty: 5e-5, side: "sell", timestamp }]);
      }
      await waitForTicks(200);
      run.process.kill("SIGINT");
      expect((await run.ended).code).toBe(0);
      const ticks = ticksByKey(await readTopic(kafka.bootstrap, topic)).get("BTCUSDT") ?? [];
      expect(ticks.map((text) => JSON.parse(text).seq_id)).toEqual(
        Array.from({ length: 200 }, (_, i) => i + 1),
      );
      expect(await run.finished()).toMatchObject({ ticks: 200, byKind: { trade: 200 } });
    } finally {
      await feed.stop();
    }
  });

  it("names a topic that does not exist and does not create it", async () => {
    const { code, stderr } = await runProducer([
      "simulate",
      "--topic",
      "absent",
      "--brokers",
      kafka.bootstrap,
    ]).ended;
    expect(code).toBe(1);
    expect(stderr).toContain('--topic = "absent": not on');
    expect(stderr).toContain(topic);
    const again = await runProducer(["simulate", "--topic", "absent", "--brokers", kafka.bootstrap]).ended;
    expect(again.code).toBe(1);
  });
});

describe("producer, when its broker goes away", () => {
  it("gives up after the delivery deadline and says what is acknowledged", async () => {
    const own = await startKafka();
    let stopped = false;
    try {
      await createTopic(own.bootstrap, "ticks", 1);
      const logFile = join(folder, "producer.log");
      const args = ["simulate", "--rate", "500", "--delivery-timeout", "3", "--brokers", own.bootstrap];
      const run = runProducer([...args, "--log-file", logFile]);
      while ((await readTopic(own.bootstrap, "ticks")).length === 0);
      await own.stop();
      stopped = true;
      const { code, stderr } = await run.ended;
      expect(code).toBe(1);
      expect(stderr).toContain("did not acknowledge a batch");
      expect(stderr).toMatch(/[1-9]\d* tick\(s\) were sent and acknowledged before it/);
    } finally {
      if (!stopped) await own.stop();
    }
  });
});
