import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Connection, withNode } from "../../../../infra/clickhouse/connection.ts";
import { applySchema, type Cluster, localSchema, startCluster } from "../../../../tests/support/engine.ts";
import { type Row, rowsOfCsv, rowsOfJson } from "../testing/readTables.ts";
import { startApi, type TestApi } from "../testing/startApi.ts";
import { droppedAnswer, quotesAnswer, rawAnswer, ticksAnswer } from "../testing/tableAnswers.ts";
import { createRawTicks, insertRaw, placeOf, type RawTick } from "../testing/tableFeed.ts";

let cluster: Cluster;
let api: TestApi;
let node: Connection;

beforeAll(async () => {
  cluster = await startCluster({ shards: 2 });
  await applySchema(cluster, localSchema(cluster.topology));
  const [first] = cluster.connections;
  if (first === undefined) throw new Error("a cluster without a node");
  node = first;
  const urls = cluster.connections.map(({ url }) => url);
  api = await startApi({ clickhouse: { urls, ...cluster.api, database: "tickhouse" } });
});
afterAll(async () => {
  await api?.stop();
  await cluster?.stop();
});

const insert = (symbol: string, rows: readonly RawTick[]) =>
  withNode(node, (session) => session.run(insertRaw(symbol, rows)));

interface Page {
  readonly rows: readonly Row[];
  readonly next: string | undefined;
}

/** The path of the next page, as the Link header has it. */
const nextOf = (response: Response): string | undefined =>
  /^<([^>]+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];

async function page(path: string, list: string): Promise<Page> {
  const response = await api.get(path);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  if (response.headers.get("content-type")?.startsWith("text/csv"))
    return { rows: rowsOfCsv(text), next: nextOf(response) };
  const json = JSON.parse(text) as { next: string | null } & Record<string, never>;
  const next = nextOf(response);
  expect(next && new URL(next, api.url).searchParams.get("cursor")).toBe(json.next ?? undefined);
  return { rows: rowsOfJson(json[list] ?? []), next };
}

/** Every page after another; `between` happens before each but the first. */
async function walk(path: string, list: string, between = async () => {}): Promise<Row[][]> {
  const pages: Row[][] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    if (pages.length > 0) await between();
    const found = await page(next, list);
    pages.push([...found.rows]);
    next = found.next;
  }
  return pages;
}

const LIMIT = 37;

describe("pages", () => {
  const sent = createRawTicks(600, 11);
  beforeAll(() => insert("AAPL", sent));

  const TABLES: readonly (readonly [string, string, readonly Row[]])[] = [
    ["/ticks?symbol=AAPL", "ticks", ticksAnswer(sent)],
    ["/ticks?symbol=AAPL&order=asc", "ticks", ticksAnswer(sent).reverse()],
    ["/ticks?symbol=AAPL&raw=true", "ticks", rawAnswer(sent)],
    ["/ticks?symbol=AAPL&raw=true&order=asc", "ticks", rawAnswer(sent).reverse()],
    ["/quotes?symbol=AAPL", "quotes", quotesAnswer(sent)],
    ["/quotes?symbol=AAPL&order=asc&format=csv", "quotes", quotesAnswer(sent).reverse()],
    ["/dedup/dropped?symbol=AAPL", "dropped", droppedAnswer(sent)],
    ["/dedup/dropped?symbol=AAPL&order=asc", "dropped", droppedAnswer(sent).reverse()],
  ];
  it.each(TABLES)(
    "of %s are all rows, each once, in order, and as many as asked for",
    async (path, list, expected) => {
      const pages = await walk(`${path}&limit=${LIMIT}`, list);
      expect(pages.length).toBe(Math.ceil(expected.length / LIMIT));
      expect(pages.slice(0, -1).every((rows) => rows.length === LIMIT)).toBe(true);
      expect(pages.flat()).toEqual(expected);
    },
  );

  it("end without a link when the last one is full", async () => {
    const expected = ticksAnswer(sent);
    const whole = await page(`/ticks?symbol=AAPL&limit=${expected.length}`, "ticks");
    expect(whole).toEqual({ rows: expected, next: undefined });
    const large = await page("/ticks?symbol=AAPL&limit=50000&format=csv", "ticks");
    expect(large).toEqual({ rows: expected, next: undefined });
  });

  it("go on in another format and with another limit", async () => {
    const expected = ticksAnswer(sent);
    const { next = "" } = await page("/ticks?symbol=AAPL&limit=10", "ticks");
    const { rows } = await page(next.replace("limit=10", "limit=25&format=csv"), "ticks");
    expect(rows).toEqual(expected.slice(10, 35));
  });
});

describe("pages while ticks arrive", () => {
  it.each([
    ["/ticks?symbol=", "", ticksAnswer],
    ["/ticks?symbol=", "&order=asc", ticksAnswer],
    ["/ticks?symbol=", "&raw=true", rawAnswer],
    ["/ticks?symbol=", "&raw=true&order=asc", rawAnswer],
  ] as const)("of %s…%s hold every row of the first moment once", async (path, more, answer) => {
    const symbol = `LIVE${more.replaceAll(/\W/g, "")}`;
    // No busted trades and no corrections at first, so that every row of the first moment stays in the answer.
    const first = createRawTicks(400, 5).filter(({ sourceVersion }) => sourceVersion === 1);
    await insert(symbol, first);
    let count = 10_000;
    const arrive = async () => {
      const some = first.filter((_tick, index) => (index * 7 + count) % 40 === 0);
      const newest = (first.at(-1)?.eventTime ?? 0n) + BigInt(count);
      await insert(symbol, [
        // Duplicates, corrections, late ticks between those that are there, and newer ones.
        ...some.map((tick) => ({ ...tick, ...placeOf(count++) })),
        ...some.map((tick) => ({ ...tick, sourceVersion: 5, price: 1, ...placeOf(count++) })),
        ...some.map((tick) => ({ ...tick, seqId: tick.seqId + 1_000_000n, ...placeOf(count++) })),
        ...some.map((tick) => ({ ...tick, eventTime: newest, ...placeOf(count++) })),
      ]);
    };
    const pages = await walk(`${path}${symbol}${more}&limit=${LIMIT}`, "ticks", arrive);
    const identity = ({ exchange, eventType, eventTime, seqId, side, ...row }: Row) =>
      [
        exchange,
        eventType,
        eventTime,
        seqId,
        eventType === "trade" ? "" : side,
        // Of raw rows, which one; of the others there is one.
        ...(answer === rawAnswer ? [row["sourceVersion"], row["ingestTime"]] : []),
      ].join("|");
    const seen = pages.flat().map(identity);
    expect(new Set(seen).size, "a row came twice").toBe(seen.length);
    const missing = answer(first).filter((row) => !seen.includes(identity(row)));
    expect(missing).toEqual([]);
    expect(pages.length).toBeGreaterThan(5);
  });
});

describe("a cursor", () => {
  const refused = async (path: string) => {
    const response = await api.get(path);
    expect(response.status).toBe(400);
    return ((await response.json()) as { errors: { parameter: string; accepted: string }[] }).errors;
  };
  const cursorOf = async (path: string) =>
    new URL((await page(path, "ticks")).next ?? "", api.url).searchParams.get("cursor") ?? "";

  it.each(["abc", "W10", "WzFd", "bm8gSlNPTg", "a".repeat(2048), "%00", "a b", ""])(
    "that is damaged (%s) is refused by its name",
    async (cursor) => {
      const errors = await refused(`/ticks?symbol=AAPL&cursor=${cursor}`);
      expect(errors).toMatchObject([{ parameter: "cursor", accepted: expect.stringContaining("next") }]);
    },
  );

  it("with another place in it than a key is refused", async () => {
    const cursor = await cursorOf("/ticks?symbol=AAPL&limit=1");
    const [scope, ...key] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as string[];
    for (const wrong of [
      [scope],
      [scope, ...key, "1"],
      [scope, "2025-13-40 00:00:00.000000", ...key.slice(1)],
      [scope, key[0], "18446744073709551616", ...key.slice(2)],
      [scope, key[0], key[1], key[2], "-1", key[4]],
    ]) {
      const text = Buffer.from(JSON.stringify(wrong)).toString("base64url");
      expect(await refused(`/ticks?symbol=AAPL&limit=1&cursor=${text}`)).toMatchObject([
        { parameter: "cursor" },
      ]);
    }
  });

  it.each([
    "/ticks?symbol=MSFT",
    "/ticks?symbol=AAPL&order=asc",
    "/ticks?symbol=AAPL&type=trade",
    "/ticks?symbol=AAPL&raw=true",
    "/ticks?symbol=AAPL&from=2025-11-01",
    "/dedup/dropped?symbol=AAPL",
    "/quotes?symbol=AAPL",
  ])("of another question is refused by %s", async (path) => {
    const cursor = await cursorOf("/ticks?symbol=AAPL&limit=1");
    expect(await refused(`${path}&cursor=${cursor}`)).toMatchObject([{ parameter: "cursor", value: cursor }]);
  });
});
