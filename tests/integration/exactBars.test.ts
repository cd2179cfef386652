import { type ClickHouseClient, createClient } from "@clickhouse/client";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withNode } from "../../infra/clickhouse/connection.ts";
import { INTERVALS, type Interval } from "../../services/api/src/intervals.ts";
import { startApi, type TestApi } from "../../services/api/src/testing/startApi.ts";
import { recomputeShard } from "../../services/bars/src/recompute.ts";
import { openShards, type Shard } from "../../services/bars/src/shard.ts";
import type { Tick } from "../../services/common/src/index.ts";
import { units } from "../../tools/drill/ledger/barLoop.ts";
import { applySchema, type Cluster, localSchema, startCluster } from "../support/engine.ts";
import { type ExactBar, exactBarsOf } from "../support/exactLoop.ts";
import { isoMicros, makeFeed } from "../support/ticks.ts";
import type { AnsweredBar } from "../support/warehouse.ts";

let cluster: Cluster;
let shards: Shard[];
let api: TestApi;
let writer: ClickHouseClient;

beforeAll(async () => {
  cluster = await startCluster({ shards: 2 });
  await applySchema(cluster, localSchema(cluster.topology));
  const urls = cluster.connections.map(({ url }) => url);
  const database = "tickhouse";
  const [owner] = cluster.connections;
  if (owner === undefined) throw new Error("a cluster without a node");
  const { url, username, password } = owner;
  writer = createClient({ url, username, password, database });
  shards = openShards({ ...cluster.bars, shards: urls.map((url) => [url]), database });
  api = await startApi({ clickhouse: { urls, ...cluster.api, database } });
});
afterAll(async () => {
  await Promise.all([api?.stop(), writer?.close()]);
  await Promise.all(shards?.map((shard) => shard.close()) ?? []);
  await cluster?.stop();
});

let offset = 0;
/** Sends ticks through the first node, a hundred to a message, as a consumer does. */
async function ingest(ticks: readonly Tick[]): Promise<void> {
  const lines = ticks.map((tick) => JSON.stringify(tick));
  const values = Array.from({ length: Math.ceil(lines.length / 100) }, (_, index) => {
    offset += 1;
    const message = lines.slice(index * 100, index * 100 + 100).join("\n");
    return { message, kafka_topic: "ticks", kafka_partition: 0, kafka_offset: offset };
  });
  await writer.insert({ table: "ticks_messages", values, format: "JSONEachRow" });
}

/** What the bars service does at each pass. */
const recompute = async (since = 0): Promise<number> => {
  const done = await Promise.all(
    shards.map((shard) => shard.run((client, fresh) => recomputeShard(client, { since, fresh }))),
  );
  return done.reduce((sum, minutes) => sum + minutes, 0);
};

async function ask(symbol: string, interval: Interval, more = ""): Promise<AnsweredBar[]> {
  const response = await api.get(`/bars?symbol=${symbol}&interval=${interval}&limit=10000${more}`);
  const body = await response.text();
  expect(response.status, body).toBe(200);
  return (JSON.parse(body) as { bars: AnsweredBar[] }).bars;
}

const content = ({ state: _, revision: __, knownAt: ___, ...bar }: AnsweredBar): ExactBar => bar;

/** To the last bit, at every interval. */
async function expectExact(sent: readonly Tick[], symbol: string): Promise<void> {
  for (const interval of Object.keys(INTERVALS) as Interval[]) {
    const expected = exactBarsOf(sent, symbol, INTERVALS[interval]);
    expect((await ask(symbol, interval)).map(content), `${symbol} ${interval}`).toEqual(expected);
  }
}

const NOON = 1_763_121_600_000_000n;
const trade = (symbol: string, seconds: number, more: Partial<Tick> = {}): Tick => ({
  exchange: "XNAS",
  symbol,
  event_time: isoMicros(NOON + BigInt(Math.round(seconds * 1e6))),
  seq_id: Math.round(seconds * 1e6) + 1,
  event_type: "trade",
  price: 100,
  size: 1,
  side: "buy",
  source_version: 1,
  ...more,
});

describe("exact bars", () => {
  it("are those of a plain loop, when each tick came three times and some were corrected", async () => {
    const symbols = ["THRICE1", "THRICE2", "THRICE3"];
    const feed = makeFeed({ symbols, exchange: "XNAS", trades: 300, startMicros: NOON, seed: 5 });
    const corrections = feed
      .filter(({ event_type }, index) => event_type === "trade" && index % 20 === 0)
      .map((tick, index) => ({
        ...tick,
        source_version: 2,
        price: tick.price + 0.37,
        size: index % 3 === 0 ? 0 : tick.size + 0.1,
      }));
    await ingest(feed);
    await recompute();
    await ingest([...corrections, ...feed]);
    await recompute();
    await ingest(feed.toReversed());
    await recompute();
    for (const symbol of symbols) await expectExact([...feed, ...corrections], symbol);
    expect(await recompute(), "nothing is left to compute").toBe(0);
  });

  it("count a trade of another venue at the same moment, and order ties by (time, seq_id, exchange)", async () => {
    const ticks = [
      trade("TIED", 1, { seq_id: 2, price: 12, exchange: "XNAS" }),
      trade("TIED", 1, { seq_id: 1, price: 11, exchange: "XNYS", side: "sell" }),
      trade("TIED", 1, { seq_id: 1, price: 10, exchange: "ARCX" }),
      trade("TIED", 1, { seq_id: 2, price: 13, exchange: "XNYS", side: "sell" }),
    ];
    await ingest(ticks);
    await recompute();
    await expectExact(ticks, "TIED");
    expect((await ask("TIED", "1m"))[0]).toMatchObject({ open: 10, close: 13, trades: 4, buyVolume: 2 });
  });

  it("keep each revision: what was believed at a past moment can be asked for", async () => {
    const first = trade("ASOF", 5);
    await ingest([first]);
    await recompute();
    const [before] = await ask("ASOF", "1m");
    expect(before).toMatchObject({ revision: 1, close: 100, trades: 1 });

    await ingest([first]);
    await recompute();
    expect((await ask("ASOF", "1m"))[0], "a duplicate is no revision").toEqual(before);

    const late = trade("ASOF", 7, { price: 101 });
    await ingest([late]);
    await recompute();
    const [after] = await ask("ASOF", "1m");
    expect(after).toMatchObject({ revision: 2, close: 101, trades: 2 });

    const bust = [first, late].map((tick) => ({ ...tick, size: 0, source_version: 2 }));
    await ingest(bust);
    await recompute();
    expect(await ask("ASOF", "1m"), "no trade is left").toEqual([]);

    const at = (bar: AnsweredBar | undefined) => `&as_of=${bar?.knownAt}`;
    expect((await ask("ASOF", "1m", at(before))).map(content)).toEqual(
      [before].map((bar) => bar && content(bar)),
    );
    expect((await ask("ASOF", "1h", at(after))).map(content)).toEqual(
      exactBarsOf([first, late], "ASOF", 3_600),
    );
    expect(await ask("ASOF", "1m", "&as_of=2025-11-14T12:00:05Z"), "known later than it happened").toEqual(
      [],
    );
  });

  it("are provisional, then final, and corrected when they change after that", async () => {
    // The lateness bound of this API is 60 s; a bar is held against a moment of the asking.
    await ingest([trade("STATE", 5)]);
    await recompute();
    const [bar] = await ask("STATE", "1m");
    const known = Date.parse(bar?.knownAt ?? "");
    const asked = async (afterMs: number) =>
      (await ask("STATE", "1m", `&as_of=${new Date(known + afterMs).toISOString()}`))[0]?.state;
    expect(bar?.state).toBe("provisional");
    expect(await asked(59_000)).toBe("provisional");
    expect(await asked(60_001)).toBe("final");

    // As if it had been known two minutes ago already.
    for (const node of cluster.connections)
      await withNode(node, async (session) => {
        await session.run("CREATE TABLE earlier AS bars_1m");
        await session.run(
          "INSERT INTO earlier SELECT * REPLACE (known_at - 120 AS known_at, first_known_at - 120 AS first_known_at) FROM bars_1m WHERE symbol = 'STATE'",
        );
        await session.run("ALTER TABLE bars_1m DELETE WHERE symbol = 'STATE' SETTINGS mutations_sync = 2");
        await session.run("INSERT INTO bars_1m SELECT * FROM earlier");
        await session.run("DROP TABLE earlier SYNC");
      });
    expect((await ask("STATE", "1m"))[0]?.state).toBe("final");
    await ingest([trade("STATE", 9, { price: 3 })]);
    await recompute();
    for (const interval of ["1m", "1d"] as const)
      expect((await ask("STATE", interval))[0]).toMatchObject({ state: "corrected", revision: 2, low: 3 });
  });

  it("leave out what did not change lately, unless all is looked at", async () => {
    await ingest([trade("RECENT", 1)]);
    const tomorrow = Math.floor(Date.now() / 1_000) + 86_400;
    expect(await recompute(tomorrow)).toBe(0);
    expect(await recompute(Math.floor(Date.now() / 1_000) - 60)).toBe(1);
    await ingest([trade("RECENT", 2)]);
    expect(await recompute(Math.floor(Date.now() / 1_000) - 60), "what arrived before counts along").toBe(1);
    await expectExact([trade("RECENT", 1), trade("RECENT", 2)], "RECENT");
  });

  it("sum the decimal that each number was written as, whether the server has compiled the expression or not", async () => {
    const sizes = [
      100, 100.1, 0.1, 1e-18, 12_345_678.9, 1_234_567.891, 9e14, 0.000_310_999_999_999_999_97, 5646, 1.9e-17,
    ];
    const ticks = sizes.map((size, second) => trade("DECIMAL", 60 * second, { size, price: 1 }));
    for (let time = 0; time < 5; time += 1) {
      await ingest(ticks);
      await recompute();
    }
    const rows = await (
      await writer.query({
        query:
          "SELECT toString(volume) AS volume, toString(notional) AS notional, revision FROM bars_1m_all WHERE symbol = 'DECIMAL' ORDER BY minute",
        format: "JSONEachRow",
      })
    ).json();
    const decimals = sizes.map((size) => {
      const digits = String(units(size)).padStart(19, "0");
      return `${digits.slice(0, -18)}.${digits.slice(-18)}`.replace(/\.?0+$/, "");
    });
    expect(rows).toEqual(decimals.map((volume) => ({ volume, notional: volume, revision: 1 })));
  });

  it("follow whatever order ticks come in", async () => {
    let run = 0;
    const anyTrade = fc.record({
      seconds: fc.integer({ min: 0, max: 7_200 }),
      exchange: fc.constantFrom("XNAS", "XNYS"),
      price: fc.double({ min: 0.01, max: 1e5, noNaN: true }),
      size: fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true })),
      side: fc.constantFrom("buy" as const, "sell" as const),
      source_version: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyTrade, {
          minLength: 1,
          maxLength: 30,
          selector: ({ seconds, exchange, source_version }) => `${seconds} ${exchange} ${source_version}`,
        }),
        fc.array(fc.nat(29), { maxLength: 10 }),
        async (trades, again) => {
          run += 1;
          const symbol = `ANY${run}`;
          const ticks = trades.map(({ seconds, ...more }) => trade(symbol, seconds, more));
          const repeated = again.flatMap((index) => ticks[index] ?? []);
          const half = Math.ceil(ticks.length / 2);
          await ingest([...ticks.slice(0, half), ...repeated]);
          await recompute(1);
          if (ticks.length > half) await ingest(ticks.slice(half));
          await recompute(1);
          await expectExact(ticks, symbol);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe("a note of a changed minute", () => {
  it("is there after the trades that it tells of, so that no bar is computed without them", async () => {
    const [node] = cluster.connections;
    if (node === undefined) throw new Error("a cluster without a node");
    let ended = false;
    const writing = (async () => {
      for (let second = 0; second < 60; second += 1)
        await ingest([0, 0.2, 0.4, 0.6].map((part) => trade("NOTED", second + part)));
      ended = true;
    })();
    let reads = 0;
    const behind: string[] = [];
    while (!ended) {
      for (const each of cluster.connections) {
        const seen = await withNode(each, async (session) => {
          const [note] = await session.rows<{ arrived: string }>(
            "SELECT toString(sum(arrived)) AS arrived FROM bar_changes WHERE symbol = 'NOTED'",
          );
          const [stored] = await session.rows<{ rows: string }>(
            "SELECT toString(count()) AS rows FROM ticks_dedup FINAL WHERE symbol = 'NOTED'",
          );
          return { noted: Number(note?.arrived), stored: Number(stored?.rows) };
        });
        reads += 1;
        if (seen.stored < seen.noted) behind.push(JSON.stringify(seen));
      }
    }
    await writing;
    expect(behind).toEqual([]);
    expect(reads).toBeGreaterThan(10);
  });
});
