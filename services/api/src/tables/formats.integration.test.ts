import { gunzipSync } from "node:zlib";
import { decompressZstd } from "hyparquet-compressors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { withNode } from "../../../../infra/clickhouse/connection.ts";
import { applySchema, type Cluster, localSchema, startCluster } from "../../../../tests/support/engine.ts";
import { routes } from "../routes/index.ts";
import { type Row, rowsOfArrow, rowsOfCsv, rowsOfJson, rowsOfParquet } from "../testing/readTables.ts";
import { startApi, type TestApi } from "../testing/startApi.ts";
import { droppedAnswer, quotesAnswer, rawAnswer, ticksAnswer } from "../testing/tableAnswers.ts";
import { createRawTicks, insertRaw, type RawTick } from "../testing/tableFeed.ts";

const sent = createRawTicks(2_000, 7);
const BATCH = 400;

let cluster: Cluster;
let api: TestApi;

beforeAll(async () => {
  cluster = await startCluster({ shards: 2 });
  await applySchema(cluster, localSchema(cluster.topology));
  const [node] = cluster.connections;
  if (node === undefined) throw new Error("a cluster without a node");
  await withNode(node, async (session) => {
    for (let at = 0; at < sent.length; at += BATCH)
      await session.run(insertRaw("AAPL", sent.slice(at, at + BATCH)));
    await session.run(insertRaw("MSFT", sent.slice(0, 50)));
  });
  const urls = cluster.connections.map(({ url }) => url);
  api = await startApi({ clickhouse: { urls, ...cluster.api, database: "tickhouse" } });
});
afterAll(async () => {
  await api?.stop();
  await cluster?.stop();
});

async function get(path: string, init?: RequestInit): Promise<Response> {
  const response = await api.get(path, init);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return response;
}

const bytes = async (response: Response) => new Uint8Array(await response.arrayBuffer());

type Json = { readonly next: string | null } & Readonly<Record<string, never>>;

/** One answer in every format, as rows. */
async function everyFormat(path: string, list: string): Promise<Record<string, Row[]>> {
  const as = (format: string) => get(`${path}&limit=10000&format=${format}`);
  const json = (await (await as("json")).json()) as Json;
  return {
    json: rowsOfJson(json[list] ?? []),
    csv: rowsOfCsv(await (await as("csv")).text()),
    arrow: rowsOfArrow(await bytes(await as("arrow"))),
    parquet: await rowsOfParquet(await bytes(await as("parquet"))),
  };
}

const trades = (rows: readonly RawTick[]) => rows.filter(({ eventType }) => eventType === "trade");
const at = (micros: bigint) => new Date(Number(micros / 1_000n)).toISOString();
const middle = ((sent[Math.floor(sent.length / 2)]?.eventTime ?? 0n) / 1_000n) * 1_000n;

const TABLES: readonly (readonly [path: string, list: string, expected: readonly Row[]])[] = [
  ["/ticks?symbol=AAPL", "ticks", ticksAnswer(sent)],
  ["/ticks?symbol=AAPL&order=asc", "ticks", ticksAnswer(sent).reverse()],
  ["/ticks?symbol=AAPL&type=trade", "ticks", ticksAnswer(trades(sent))],
  [
    "/ticks?symbol=AAPL&exchange=XNYS",
    "ticks",
    ticksAnswer(sent.filter(({ exchange }) => exchange === "XNYS")),
  ],
  [
    `/ticks?symbol=AAPL&from=${at(middle)}`,
    "ticks",
    ticksAnswer(sent.filter(({ eventTime }) => eventTime >= middle)),
  ],
  [
    `/ticks?symbol=AAPL&to=${at(middle)}`,
    "ticks",
    ticksAnswer(sent.filter(({ eventTime }) => eventTime < middle)),
  ],
  ["/ticks?symbol=AAPL&raw=true", "ticks", rawAnswer(sent)],
  ["/ticks?symbol=AAPL&raw=true&type=trade&order=asc", "ticks", rawAnswer(trades(sent)).reverse()],
  ["/quotes?symbol=AAPL", "quotes", quotesAnswer(sent)],
  ["/quotes?symbol=AAPL&order=asc", "quotes", quotesAnswer(sent).reverse()],
  ["/dedup/dropped?symbol=AAPL", "dropped", droppedAnswer(sent)],
  ["/dedup/dropped?symbol=AAPL&type=trade&order=asc", "dropped", droppedAnswer(trades(sent)).reverse()],
  ["/ticks?symbol=NONE", "ticks", []],
  ["/dedup/dropped?symbol=NONE", "dropped", []],
];

describe("every format", () => {
  it.each(TABLES)("of %s holds the rows of a plain loop to the last bit", async (path, list, expected) => {
    for (const [format, rows] of Object.entries(await everyFormat(path, list))) {
      expect(rows.length, format).toBe(expected.length);
      for (const [index, row] of rows.entries())
        expect(row, `${format}, row ${index}`).toEqual(expected[index]);
    }
  });

  it("was asked for what doubles can't hold, and for every reason to drop a row", () => {
    expect(ticksAnswer(sent).some(({ seqId }) => seqId === 2n ** 64n - 1n)).toBe(true);
    expect(ticksAnswer(sent).some(({ seqId }) => BigInt(Number(seqId)) !== seqId)).toBe(true);
    const reasons = new Set(droppedAnswer(sent).map(({ reason }) => reason));
    expect(reasons).toEqual(new Set(["duplicate", "superseded", "busted"]));
    expect(quotesAnswer(sent).some(({ bid }) => bid === null)).toBe(true);
    expect(quotesAnswer(sent).some(({ ask, bid }) => ask !== null && bid !== null)).toBe(true);
  });

  it.each(["/ticks", "/quotes", "/dedup/dropped"])("of %s is JSON as OpenAPI describes it", async (path) => {
    const route = routes.find((each) => each.path === path);
    if (route === undefined) throw new Error(`no route ${path}`);
    const schema = z.strictObject((route.response as z.ZodObject).shape);
    const answer = await (await get(`${path}?symbol=AAPL&limit=500`)).json();
    expect(schema.parse(answer)).toEqual(answer);
  });
});

it.each([
  "' OR 1=1 --",
  "\\",
  "\\' OR ''='",
  "{symbol:String}",
  "XNAS\u00a0",
  "é",
  "😀",
  "%s",
  "a".repeat(128),
])("takes the venue %s as a value and nothing else", async (venue) => {
  const path = `symbol=AAPL&exchange=${encodeURIComponent(venue)}`;
  for (const [table, list] of [
    ["/ticks", "ticks"],
    ["/ticks?raw=true", "ticks"],
    ["/quotes", "quotes"],
    ["/bars", "bars"],
    ["/dedup/dropped", "dropped"],
  ] as const) {
    const answer = (await (await get(`${table}${table.includes("?") ? "&" : "?"}${path}`)).json()) as Json;
    expect(answer[list]).toEqual([]);
  }
});

describe("the form of an answer", () => {
  const TYPES = [
    ["application/json", "application/json; charset=utf-8"],
    ["text/csv", "text/csv; charset=utf-8; header=present"],
    ["application/vnd.apache.arrow.stream", "application/vnd.apache.arrow.stream"],
    ["application/vnd.apache.parquet", "application/vnd.apache.parquet"],
    ["text/html, text/csv;q=0.5, application/json;q=0.4", "text/csv; charset=utf-8; header=present"],
    ["text/html, */*;q=0.1", "application/json; charset=utf-8"],
  ] as const;
  it.each(TYPES)("follows Accept: %s", async (accept, type) => {
    const response = await get("/ticks?symbol=AAPL&limit=2", { headers: { accept } });
    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("vary")).toContain("Accept");
  });

  it("is refused with the list of what there is", async () => {
    const response = await api.get("/ticks?symbol=AAPL", { headers: { accept: "text/html" } });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({
      code: "not_acceptable",
      detail: expect.stringContaining("application/vnd.apache.parquet"),
    });
  });

  it("follows the parameter before Accept", async () => {
    const response = await get("/ticks?symbol=AAPL&format=csv", { headers: { accept: "text/html" } });
    expect(response.headers.get("content-type")).toContain("text/csv");
  });

  it("is no body for HEAD, with the same headers", async () => {
    const response = await get("/ticks?symbol=AAPL&limit=2&format=arrow", { method: "HEAD" });
    expect(response.headers.get("content-type")).toBe("application/vnd.apache.arrow.stream");
    expect(response.headers.get("link")).toContain('rel="next"');
    expect(await response.text()).toBe("");
  });
});

describe("compression", () => {
  const encoded = async (path: string, encoding: string) => {
    // Through node:http, since fetch decompresses by itself.
    const { request } = await import("node:http");
    return new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
      request(`${api.url}${path}`, { agent: false, headers: { "accept-encoding": encoding } }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
        response.on("error", reject);
      })
        .on("error", reject)
        .end();
    });
  };
  const plain = async (path: string) => Buffer.from(await bytes(await get(path)));

  it.each([
    ["gzip", gunzipSync],
    ["zstd", decompressZstd],
  ] as const)("of CSV by %s is ClickHouse's own and holds the same bytes", async (encoding, decode) => {
    const path = "/ticks?symbol=AAPL&limit=1000&format=csv";
    const { headers, body } = await encoded(path, encoding);
    expect(headers).toMatchObject({ "content-encoding": encoding, vary: expect.stringContaining("Accept") });
    const expected = await plain(path);
    expect(Buffer.from(decode(body))).toEqual(expected);
    expect(body.length).toBeLessThan(expected.length / 2);
  });

  it("of JSON is done here, and says so", async () => {
    const { headers, body } = await encoded("/ticks?symbol=AAPL&limit=1000", "gzip");
    expect(headers).toMatchObject({ "content-encoding": "gzip", vary: "Accept, Accept-Encoding" });
    expect((JSON.parse(gunzipSync(body).toString()) as { ticks: unknown[] }).ticks).toHaveLength(1_000);
  });

  it.each(["arrow", "parquet"])("is not put on top of %s", async (format) => {
    const { headers } = await encoded(`/ticks?symbol=AAPL&limit=1000&format=${format}`, "gzip, br, zstd");
    expect(headers["content-encoding"]).toBeUndefined();
  });
});
