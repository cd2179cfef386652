import type { ServerResponse } from "node:http";
import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { startApi } from "../testing/startApi.ts";
import { cleanUpLater, startWithStub } from "../testing/startWithStub.ts";
import { type StubAnswer, type StubQuery, startStub } from "../testing/stubClickHouse.ts";
import { until } from "../testing/until.ts";

const PATH = "/ticks?symbol=AAPL&limit=1000";
const TAG = "abcdefghijklmnop";
const EXCEPTION = `\r\n__exception__\r\n${TAG}\r\nCode: 241. DB::Exception: secret text of the server. (MEMORY_LIMIT_EXCEEDED)\n79 ${TAG}\r\n__exception__\r\n`;
const STATISTICS =
  '\n\t],\n\n\t"rows": 1,\n\n\t"statistics":\n\t{\n\t\t"elapsed": 0.5,\n\t\t"rows_read": 7,\n\t\t"bytes_read": 9\n\t}\n}\n';
const HEAD = '{\n\t"meta":\n\t[\n\t],\n\n\t"data":\n\t[\n';
/** Longer than what is held back. */
const LONG = `\t\t{"text": "${"x".repeat(100_000)}"}`;

/** Finds a page that is everything, and answers its rows by `answer`. */
const table =
  (answer: StubAnswer): StubAnswer =>
  (query, response) => {
    if (!query.sql.includes("place IN")) return answer(query, response);
    const key = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`key_${index}`, "1"]));
    const data = [{ ...key, key_0: "2025-11-01 00:00:00.000000", place: "0" }];
    response.end(
      JSON.stringify({ meta: [], data, rows: 1, statistics: { elapsed: 0.25, rows_read: 1, bytes_read: 2 } }),
    );
  };

const begin = (response: ServerResponse) => response.setHeader("X-ClickHouse-Exception-Tag", TAG);

/** As ClickHouse ends an answer that failed in the middle: its reason, and no last chunk. */
const failing =
  (before: string): StubAnswer =>
  (_query, response) => {
    begin(response);
    response.write(before);
    response.write(EXCEPTION, () => response.destroy());
  };

describe("an answer that fails in the middle", () => {
  it.each(["json", "csv"])("of %s is broken off, without the server's reason in it", async (format) => {
    const { api } = await startWithStub(table(failing(`${HEAD}${LONG}`)));
    const response = await api.get(`${PATH}&format=${format}`, {
      headers: { "accept-encoding": "identity" },
    });
    expect(response.status).toBe(200);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const chunk of response.body ?? []) seen.push(Buffer.from(chunk as Uint8Array).toString());
    })();
    await expect(reading).rejects.toThrow();
    expect(seen.join("").length).toBeGreaterThan(10_000);
    expect(seen.join("")).not.toContain("secret");
    expect(seen.join("")).not.toContain('"stats"');
  });

  it.each(["json", "csv", "arrow"])(
    "before anything of %s was sent is the problem that it is",
    async (format) => {
      const { api } = await startWithStub(table(failing(HEAD)));
      const response = await api.get(`${PATH}&format=${format}`);
      expect(response.status).toBe(503);
      expect(response.headers.get("content-type")).toContain("application/problem+json");
      for (const name of ["link", "etag", "content-encoding"]) expect(response.headers.get(name)).toBeNull();
      const problem = (await response.json()) as { code: string };
      expect(problem.code).toBe("clickhouse_busy");
      expect(JSON.stringify(problem)).not.toContain("secret");
    },
  );

  it("but ends as if it was whole is broken off too", async () => {
    const { api } = await startWithStub(
      table((_query, response) => {
        begin(response);
        response.end(`${HEAD}${LONG}${EXCEPTION}`);
      }),
    );
    const response = await api.get(`${PATH}&format=csv`);
    await expect(response.text()).rejects.toThrow();
  });
});

it("wraps the rows in this API's frame, wherever the server's bytes are cut", async () => {
  const text = `${HEAD}\t\t{"a": 1},\n\t\t{"a": "],\\n"}${STATISTICS}`;
  for (const size of [1, 7, 1_000]) {
    const { api } = await startWithStub(
      table((_query, response) => {
        for (let at = 0; at < text.length; at += size) response.write(text.slice(at, at + size));
        response.end();
      }),
    );
    expect(await (await api.get(PATH)).json()).toEqual({
      symbol: "AAPL",
      ticks: [{ a: 1 }, { a: "],\n" }],
      next: null,
      stats: { elapsedMs: 750, rowsRead: 8, bytesRead: 11 },
    });
  }
});

it("sends no setting, names the format in the SQL, and asks for compressed CSV only", async () => {
  const { api, stub } = await startWithStub(table((_query, response) => void response.end("a\n1\n")));
  const asked = async (format: string) => {
    await (await api.get(`${PATH}&format=${format}`)).arrayBuffer();
    return stub.queries.at(-1) as StubQuery;
  };
  const csv = await asked("csv");
  expect(csv.sql).toMatch(/\nFORMAT CSVWithNames$/);
  expect(csv.headers["accept-encoding"]).toBe("gzip");
  const arrow = await asked("arrow");
  expect(arrow.sql).toMatch(/\nFORMAT ArrowStream$/);
  expect(arrow.headers["accept-encoding"]).toBeUndefined();
  for (const name of [...csv.params.keys()]) expect(name).toMatch(/^(param_.*|query_id|database)$/);
});

it("asks another node when one fails before its first byte", async () => {
  const broken = await startStub((_query, response) => void response.destroy());
  const sound = await startStub(table((_query, response) => void response.end("a\n1\n")));
  const api = await startApi({ clickhouse: { urls: [broken.url, sound.url] } });
  cleanUpLater(broken.stop, sound.stop, api.stop);
  for (let turn = 0; turn < 2; turn += 1)
    expect(await (await api.get(`${PATH}&format=csv`)).text()).toBe("a\n1\n");
  expect(broken.queries.length).toBeGreaterThan(0);
});

it("ends the query when the client leaves in the middle of an answer", async () => {
  const { api, stub } = await startWithStub(
    table((_query, response) => void response.write("x".repeat(100_000))),
  );
  const controller = new AbortController();
  const response = await api.get(`${PATH}&format=csv`, { signal: controller.signal });
  expect(response.status).toBe(200);
  controller.abort();
  await until(() => stub.cancelled.length > 0, "the query's end", 25_000);
});

it("breaks an answer off that does not move", async () => {
  const { api, stub } = await startWithStub(
    table((_query, response) => void response.write("x".repeat(100_000))),
    { queryTimeoutMs: 200 },
  );
  const response = await api.get(`${PATH}&format=csv`);
  await expect(response.text()).rejects.toThrow();
  await until(() => stub.cancelled.length > 0, "the query's end");
});

it("gives up with 504 on an answer that does not begin", async () => {
  const { api } = await startWithStub(
    table(() => {}),
    { queryTimeoutMs: 200 },
  );
  expect((await api.get(PATH)).status).toBe(504);
});

it("reads no faster from ClickHouse than the client does", async () => {
  let written = 0;
  let full = false;
  const total = 200 * 1024 * 1024;
  const { api } = await startWithStub(
    table((_query, response) => {
      const chunk = Buffer.alloc(1024 * 1024);
      const write = () => {
        while (written < total) {
          written += chunk.length;
          if (!response.write(chunk)) {
            full = true;
            response.once("drain", write);
            return;
          }
          full = false;
        }
        response.end();
      };
      write();
    }),
  );
  const received = await new Promise<number>((resolve, reject) => {
    request(`${api.url}${PATH}&format=arrow`, (response) => {
      response.once("readable", async () => {
        // Nothing is read until the server's side has filled what lies between, and no longer moves.
        let before = -1;
        while (!full || before !== written) {
          before = written;
          await new Promise((turn) => setTimeout(turn, 50));
        }
        expect(written).toBeLessThan(total / 4);
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.once("end", () => resolve(bytes));
        response.once("error", reject);
      });
    })
      .on("error", reject)
      .end();
  });
  expect(received).toBe(total);
});
