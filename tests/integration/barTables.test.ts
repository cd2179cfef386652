import { type ClickHouseClient, createClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { INTERVALS, type Interval } from "../../services/api/src/intervals.ts";
import { barsFingerprint, exactBars } from "../../services/api/src/queries/exactBars.ts";
import { bars as barsRoute } from "../../services/api/src/routes/bars.ts";
import {
  microsOf,
  type Row,
  rowsOfArrow,
  rowsOfCsv,
  rowsOfJson,
  rowsOfParquet,
} from "../../services/api/src/testing/readTables.ts";
import { startApi, type TestApi } from "../../services/api/src/testing/startApi.ts";
import { recomputeShard } from "../../services/bars/src/recompute.ts";
import { openShards, type Shard } from "../../services/bars/src/shard.ts";
import type { Tick } from "../../services/common/src/index.ts";
import { applySchema, type Cluster, localSchema, startCluster } from "../support/engine.ts";
import { exactBarsOf, openBarsOf } from "../support/exactLoop.ts";
import { makeFeed } from "../support/ticks.ts";

let cluster: Cluster;
let shards: Shard[];
let api: TestApi;
let writer: ClickHouseClient;

const NOON = 1_763_121_600_000_000n;
const DAY = 86_400_000_000n;
const DECIMALS = ["volume", "buyVolume", "sellVolume", "notional"];

beforeAll(async () => {
  cluster = await startCluster({ shards: 2 });
  await applySchema(cluster, localSchema(cluster.topology));
  const [owner] = cluster.connections;
  if (owner === undefined) throw new Error("a cluster without a node");
  const { url, username, password, database } = owner;
  writer = createClient({ url, username, password, database });
  const urls = cluster.connections.map((each) => each.url);
  shards = openShards({ ...cluster.bars, shards: urls.map((each) => [each]), database });
  api = await startApi({ clickhouse: { urls, ...cluster.api, database } });
});
afterAll(async () => {
  await Promise.all([api?.stop(), writer?.close()]);
  await Promise.all(shards?.map((shard) => shard.close()) ?? []);
  await cluster?.stop();
});

/** Puts ticks in, and does what the bars service does at each pass. */
async function take(ticks: readonly Tick[]): Promise<void> {
  await writer.insert({ table: "ticks_all", values: [...ticks], format: "JSONEachRow" });
  await Promise.all(
    shards.map((shard) => shard.run((client, fresh) => recomputeShard(client, { since: 0, fresh }))),
  );
}

const feedOf = (symbol: string, trades: number, startMicros = NOON, exchange = "XNAS") =>
  makeFeed({ symbols: [symbol], exchange, trades, startMicros, seed: 3 });

interface Answer {
  readonly response: Response;
  readonly body: { readonly bars: Row[]; readonly next: string | null; readonly stats: { rowsRead: number } };
}

async function ask(path: string, init?: RequestInit): Promise<Answer> {
  const response = await api.get(`/bars?${path}`, init);
  const text = await response.text();
  if (response.status === 304) return { response, body: { bars: [], next: null, stats: { rowsRead: 0 } } };
  expect(response.status, text).toBe(200);
  return { response, body: JSON.parse(text) };
}

const bytes = async (path: string) => new Uint8Array(await (await api.get(`/bars?${path}`)).arrayBuffer());
/** Without what depends on when the bar was computed. */
const content = ({ state: _, revision: __, knownAt: ___, ...bar }: Row): Row => bar;
const plain = (row: object): Row => ({ ...row }) as Row;

describe("bars in every format", () => {
  const feed = feedOf("FORMS", 800);
  beforeAll(() => take(feed));

  it.each(Object.keys(INTERVALS) as Interval[])("are those of a plain loop at %s", async (interval) => {
    const path = `symbol=FORMS&interval=${interval}&limit=10000`;
    const expected = exactBarsOf(feed, "FORMS", INTERVALS[interval]).map((bar) => ({
      ...plain(bar),
      time: microsOf(bar.time),
    }));
    expect(expected.length).toBeGreaterThan(0);
    const forms = {
      json: rowsOfJson((await ask(path)).body.bars as never),
      csv: rowsOfCsv(Buffer.from(await bytes(`${path}&format=csv`)).toString()),
      arrow: rowsOfArrow(await bytes(`${path}&format=arrow`)),
      parquet: await rowsOfParquet(await bytes(`${path}&format=parquet`)),
    };
    for (const [format, rows] of Object.entries(forms)) expect(rows.map(content), format).toEqual(expected);
    expect(forms.arrow).toEqual(forms.json);
    expect(forms.csv).toEqual(forms.json);
    expect(forms.parquet).toEqual(forms.json);
  });

  it("give sums with every digit as strings", async () => {
    const path = "symbol=FORMS&interval=5m&limit=10000&decimals=string";
    const digits = (sum: bigint) => {
      const text = sum.toString().padStart(19, "0");
      return `${text.slice(0, -18)}.${text.slice(-18)}`.replace(/\.?0+$/, "");
    };
    const expected = openBarsOf(feed, "FORMS", 300)
      .map(({ units, bought, sold, money }) => ({
        volume: digits(units),
        buyVolume: digits(bought),
        sellVolume: digits(sold),
        notional: digits(money),
      }))
      .reverse();
    const sums = (rows: readonly Row[]) =>
      rows.map(({ volume, buyVolume, sellVolume, notional }) => ({
        volume,
        buyVolume,
        sellVolume,
        notional,
      }));
    expect(sums((await ask(path)).body.bars)).toEqual(expected);
    expect(sums(rowsOfCsv(Buffer.from(await bytes(`${path}&format=csv`)).toString(), DECIMALS))).toEqual(
      expected,
    );
    expect(sums(rowsOfArrow(await bytes(`${path}&format=arrow`)))).toEqual(expected);
    expect(sums(await rowsOfParquet(await bytes(`${path}&format=parquet`)))).toEqual(expected);
  });

  it.each(["double", "string"])("are JSON as OpenAPI describes it, with decimals=%s", async (decimals) => {
    const { body } = await ask(`symbol=FORMS&decimals=${decimals}&limit=50`);
    const schema = z.strictObject((barsRoute.response as z.ZodObject).shape);
    expect(schema.parse(body)).toEqual(body);
  });

  it("are of one venue when one is named", async () => {
    const other = feedOf("VENUES", 50, NOON, "XNYS").map((tick) => ({ ...tick, price: tick.price + 1 }));
    const mine = feedOf("VENUES", 40);
    await take([...mine, ...other]);
    const { body } = await ask("symbol=VENUES&exchange=XNYS&limit=1000");
    expect(body.bars.map(content)).toEqual(exactBarsOf(other, "VENUES", 60).map(plain));
    const both = await ask("symbol=VENUES&limit=1000");
    expect(both.body.bars.map(content)).toEqual(exactBarsOf([...mine, ...other], "VENUES", 60).map(plain));
  });
});

describe("pages of bars", () => {
  it.each([
    ["1m", "desc"],
    ["1m", "asc"],
    ["15m", "desc"],
    ["15m", "asc"],
  ] as const)("at %s, %s, hold each bar once while late and newer trades arrive", async (interval, order) => {
    const symbol = `PAGES${interval}${order}`;
    const feed = feedOf(symbol, 2_000);
    await take(feed);
    const expected = exactBarsOf(feed, symbol, INTERVALS[interval]).map(({ time }) => time);
    if (order === "asc") expected.reverse();
    const seen: string[] = [];
    let next: string | null = "";
    for (let page = 1; next !== null; page += 1) {
      const cursor: string = next === "" ? "" : `&cursor=${next}`;
      const { body } = await ask(`symbol=${symbol}&interval=${interval}&order=${order}&limit=3${cursor}`);
      expect(body.bars.length).toBeLessThanOrEqual(3);
      seen.push(...body.bars.map(({ time }) => String(time)));
      next = body.next;
      if (page % 3 === 0) {
        await take(feed.slice(page, page + 5).map((tick) => ({ ...tick, source_version: page, size: 1 })));
        const later = NOON + DAY + BigInt(page) * 60_000_000n;
        await take(feedOf(symbol, 1, later));
      }
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(expected.filter((time) => !seen.includes(time))).toEqual([]);
    expect(seen).toEqual(order === "asc" ? seen.toSorted() : seen.toSorted().reverse());
  });

  it("leave out minutes that lost their trades, and still are as long as asked for", async () => {
    const feed = feedOf("BUSTS", 200);
    const first = exactBarsOf(feed, "BUSTS", 60).map(({ time }) => time);
    const gone = new Set(first.filter((_time, index) => index % 3 === 0));
    const busts = feed
      .filter(
        ({ event_type, event_time }) => event_type === "trade" && gone.has(`${event_time.slice(0, 17)}00Z`),
      )
      .map((tick) => ({ ...tick, source_version: 2, size: 0 }));
    await take(feed);
    await take(busts);
    const { body } = await ask("symbol=BUSTS&limit=20");
    const left = first.filter((time) => !gone.has(time));
    expect(body.bars.map(({ time }) => time)).toEqual(left.slice(0, 20));
  });

  it("of the newest bars read no more of a long history than of a short one", async () => {
    const minutes = 40_000;
    await writer.command({
      query: `INSERT INTO bars_1m_all (symbol, minute, exchange, revision, known_at, first_known_at, open, high, low, close, volume, notional, trades)
        SELECT 'LONG', toDateTime('2025-01-01 00:00:00', 'UTC') + intDiv(number, 5) * 60, 'XNAS', number % 5 + 1, now64(6), now64(6), 1, 1, 1, 1, 1, 1, 1
        FROM numbers(${minutes * 5})`,
    });
    const newest = await ask("symbol=LONG&limit=100");
    expect(newest.body.bars).toHaveLength(100);
    expect(newest.body.bars[0]).toMatchObject({ revision: 5 });
    // Three queries, each of a few granules of 8,192 rows.
    expect(newest.body.stats.rowsRead).toBeLessThan((minutes * 5) / 2);
    const all = await ask("symbol=LONG&limit=10000&interval=5m");
    expect(all.body.stats.rowsRead).toBeGreaterThanOrEqual(minutes * 5);
  });
});

describe("the ETag of bars", () => {
  const again = (path: string, etag: string) => ask(path, { headers: { "if-none-match": etag } });

  it("is kept while nothing changes, and is another one after a correction", async () => {
    const feed = feedOf("TAGGED", 400);
    await take(feed);
    const path = "symbol=TAGGED&limit=3";
    const first = await ask(path);
    const etag = first.response.headers.get("etag") ?? "";
    expect(etag).toMatch(/^W\/".+"$/);
    expect(first.response.headers.get("cache-control")).toBe("private, no-cache");
    const same = await again(path, etag);
    expect(same.response.status).toBe(304);
    expect(same.response.headers.get("etag")).toBe(etag);
    expect(same.response.headers.get("cache-control")).toBe("private, no-cache");
    const csv = await api.get(`/bars?${path}&format=csv`, { headers: { "if-none-match": etag } });
    expect(csv.status, "another form is another answer").toBe(200);

    // Of an older page: this one stays as it is.
    const [oldest] = feed;
    if (oldest === undefined) throw new Error("an empty feed");
    await take([{ ...oldest, source_version: 2, price: 1 }]);
    expect((await again(path, etag)).response.status).toBe(304);

    const newest = feed.findLast(({ event_type }) => event_type === "trade");
    if (newest === undefined) throw new Error("a feed without trades");
    await take([{ ...newest, source_version: 2, price: 2 }]);
    const changed = await again(path, etag);
    expect(changed.response.status).toBe(200);
    expect(changed.body.bars[0]).toMatchObject({ close: 2, revision: 2 });
    expect(changed.response.headers.get("etag")).not.toBe(etag);
  });

  it("is made of the states too, which change by the mere passing of time", async () => {
    await take(feedOf("PASSING", 20));
    const [newest] = (await ask("symbol=PASSING")).body.bars;
    const known = Number(microsOf(String(newest?.["knownAt"])));
    const fingerprintAt = async (micros: number) => {
      const filter = {
        ...({ symbol: "PASSING", interval: "1m", order: "desc", decimals: "double" } as const),
        latenessSeconds: 60,
        as_of: micros,
      };
      const { sql } = barsFingerprint(filter, {});
      const answer = await writer.query({
        query: sql,
        query_params: exactBars(filter).params,
        format: "JSON",
      });
      return (await answer.json<{ fingerprint: string }>()).data[0]?.fingerprint;
    };
    const second = 1_000_000;
    expect(await fingerprintAt(known + 2 * second)).toBe(await fingerprintAt(known + second));
    expect(await fingerprintAt(known + 61 * second)).not.toBe(await fingerprintAt(known + second));
  });

  it("of a moment to come has to be asked about", async () => {
    const { response } = await ask(`symbol=TAGGED&as_of=${new Date(Date.now() + 3_600_000).toISOString()}`);
    expect(response.headers.get("cache-control")).toBe("private, no-cache");
  });

  it("of a past moment is for ever, and costs no query", async () => {
    const feed = feedOf("PAST", 20);
    await take(feed);
    const path = "symbol=PAST&as_of=2026-01-01";
    const first = await ask(path);
    expect(first.response.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
    const etag = first.response.headers.get("etag") ?? "";
    expect((await again(path, etag)).response.status).toBe(304);
    expect((await again("symbol=PAST&as_of=2026-01-02", etag)).response.status).toBe(200);
  });

  it("is on no answer that is a problem", async () => {
    const response = await api.get("/bars?symbol=TAGGED&limit=0");
    expect(response.status).toBe(400);
    expect(response.headers.get("etag")).toBeNull();
    expect(response.headers.get("cache-control")).toBe("no-store");
  });
});
