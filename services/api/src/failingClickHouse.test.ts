import { describe, expect, it } from "vitest";
import { startApi } from "./testing/startApi.ts";
import { cleanUpLater, startWithStub as start } from "./testing/startWithStub.ts";
import { failure, rows, type StubAnswer, startStub } from "./testing/stubClickHouse.ts";
import { until } from "./testing/until.ts";

const never: StubAnswer = () => {};

describe("a failing ClickHouse", () => {
  it.each([
    [62, "SYNTAX_ERROR", 500, "query_failed"],
    [516, "AUTHENTICATION_FAILED", 500, "query_failed"],
    [158, "TOO_MANY_ROWS", 422, "limit_exceeded"],
    [159, "TIMEOUT_EXCEEDED", 422, "limit_exceeded"],
    [201, "QUOTA_EXCEEDED", 429, "rate_limited"],
    [307, "TOO_MANY_BYTES", 422, "limit_exceeded"],
    [396, "TOO_MANY_ROWS_OR_BYTES", 422, "limit_exceeded"],
    [241, "MEMORY_LIMIT_EXCEEDED", 503, "clickhouse_busy"],
    [279, "ALL_CONNECTION_TRIES_FAILED", 503, "clickhouse_unreachable"],
    [202, "TOO_MANY_SIMULTANEOUS_QUERIES", 503, "clickhouse_busy"],
    [60, "UNKNOWN_TABLE", 503, "schema_missing"],
  ])("with code %i %s becomes %i %s, without its text", async (code, name, status, problemCode) => {
    const { api } = await start(failure(code, name));
    const response = await api.get("/backtest/fast?symbol=A");
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(JSON.parse(text)).toMatchObject({ code: problemCode });
    expect(text).not.toMatch(/SELECT|secret|trades_1m/);
    expect(response.headers.has("retry-after")).toBe(status === 429 || status > 500);
  });

  it("that breaks off in the middle of an answer becomes 500", async () => {
    const { api } = await start((_query, response) => response.end('{"data":[{"min'));
    expect((await api.get("/backtest/fast?symbol=A")).status).toBe(500);
  });

  it("that nobody can reach becomes 503 with Retry-After", async () => {
    const { api, stub } = await start(rows([]));
    await stub.stop();
    const response = await api.get("/backtest/fast?symbol=A");
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("2");
    expect(await response.json()).toMatchObject({ code: "clickhouse_unreachable" });
  });

  it("that does not answer in time becomes 504, and its query is cancelled", async () => {
    const { api, stub } = await start(never, { queryTimeoutMs: 50 });
    const response = await api.get("/backtest/slow?symbol=A");
    expect(response.status).toBe(504);
    await until(() => stub.cancelled.length === 1, "the query's connection closes", 25_000);
  });

  it("that stalls in the middle of an answer becomes 504 too", async () => {
    const { api, stub } = await start((_query, response) => response.write('{"data":['), {
      queryTimeoutMs: 100,
    });
    const response = await api.get("/backtest/slow?symbol=A");
    expect(response.status).toBe(504);
    await until(() => stub.cancelled.length === 1, "the query's connection closes", 25_000);
  });
});

it("cancels a query that goes on when the client has gone", async () => {
  const { api, stub } = await start(never);
  const controller = new AbortController();
  const request = api.get("/backtest/slow?symbol=A", { signal: controller.signal });
  await until(() => stub.queries.length === 1, "the query arrives");
  controller.abort();
  await expect(request).rejects.toThrow();
  await until(() => stub.cancelled.length === 1, "the query's connection closes", 25_000);
});

it("goes on with the node that answers when another is dead", async () => {
  const dead = await startStub(never);
  await dead.stop();
  const alive = await startStub(rows([{ count: 3 }]));
  const api = await startApi({ clickhouse: { urls: [dead.url, alive.url] } });
  cleanUpLater(alive.stop, api.stop);
  for (let request = 0; request < 4; request++) {
    expect((await api.get("/dedup/raw_count?symbol=A")).status).toBe(200);
  }
  expect(alive.queries).toHaveLength(4);
});
