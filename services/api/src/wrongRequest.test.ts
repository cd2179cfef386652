import { describe, expect, it } from "vitest";
import { startWithStub as start } from "./testing/startWithStub.ts";
import { rows } from "./testing/stubClickHouse.ts";

describe("a wrong request", () => {
  it.each([
    ["/backtest/fast", ["symbol"]],
    ["/backtest/slow?symbol=", ["symbol"]],
    ["/backtest/fast?symbol=A&symbol=B", ["symbol"]],
    ["/dedup/raw_count?symbol=A%27%20OR%201%3D1", ["symbol"]],
    ["/dedup/final_count?symbol=%7Bsymbol%3AString%7D", ["symbol"]],
    [`/dedup/raw_count?symbol=${"A".repeat(33)}`, ["symbol"]],
    ["/dedup/raw_count?symbol=A&limit=1", ["limit"]],
    ["/backtest/fast?symbol=A&limit=0", ["limit"]],
    ["/backtest/fast?symbol=A&limit=10001", ["limit"]],
    ["/backtest/fast?symbol=A&limit=1e3", ["limit"]],
    ["/backtest/fast?symbol=A&limit=-1", ["limit"]],
    ["/backtest/fast?symbol=A&from=yesterday", ["from"]],
    ["/backtest/fast?symbol=A&from=2025-11-10T10:00:00", ["from"]],
    ["/backtest/fast?symbol=A&from=2025-11-10&to=2025-11-10", ["to"]],
    ["/backtest/fast?symbol=A&from=2025-11-11&to=2025-11-10", ["to"]],
    [
      "/backtest/slow?symbol=%3B&limit=x&from=2025-11-11&to=2025-11-10&order=asc",
      ["symbol", "limit", "to", "order"],
    ],
    ["/symbols?symbol=A", ["symbol"]],
    ["/indicators?symbol=A", ["indicators"]],
    ["/indicators?symbol=A&indicators=", ["indicators"]],
    ["/indicators?symbol=A&indicators=sma:20&indicators=ema:20", ["indicators"]],
    ["/indicators?symbol=A&indicators=sma:0,foo", ["indicators"]],
    ["/indicators?indicators=sma:20&interval=2m&limit=0", ["symbol", "interval", "limit"]],
    ["/microstructure?symbol=A&interval=1s&exchange=&limit=0", ["interval", "exchange", "limit"]],
    ["/microstructure?symbol=A&from=2025-11-11&to=2025-11-10&at=2025-11-10", ["to", "at"]],
    ["/book", ["symbol"]],
    ["/book?symbol=A&at=now&levels=0&exchange=", ["at", "levels", "exchange"]],
    ["/book?symbol=A&levels=1001&from=2025-11-10", ["levels", "from"]],
    ["/benchmark?symbol=A&runs=0", ["runs"]],
    ["/benchmark?symbol=A&runs=21&limit=x", ["runs", "limit"]],
  ])("%s names %j", async (path, parameters) => {
    const { api, stub } = await start(rows([]));
    const response = await api.get(path);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    const problem = (await response.json()) as {
      detail: string;
      errors: { parameter: string; accepted: string }[];
    };
    expect(problem.errors.map(({ parameter }) => parameter).sort()).toEqual([...parameters].sort());
    for (const { parameter, accepted } of problem.errors) {
      expect(problem.detail).toContain(parameter);
      expect(problem.detail).toContain(accepted);
    }
    expect(stub.queries).toHaveLength(0);
  });

  it("repeats the value and says what is accepted", async () => {
    const { api } = await start(rows([]));
    const response = await api.get("/backtest/fast?symbol=A&limit=0", {
      headers: { "X-Request-Id": "test-1" },
    });
    expect(response.headers.get("x-request-id")).toBe("test-1");
    expect(await response.json()).toEqual({
      type: "urn:tickhouse:problem:wrong_request",
      title: "Wrong request",
      status: 400,
      detail: 'limit = "0"; accepted: a whole number from 1 to 10000',
      instance: "/backtest/fast",
      code: "wrong_request",
      requestId: "test-1",
      errors: [{ parameter: "limit", value: "0", accepted: "a whole number from 1 to 10000" }],
    });
  });

  it.each([
    ["an unknown path", "GET", "/nothing", 404, "not_found"],
    ["an unknown file", "GET", "/assets/none.js", 404, "not_found"],
    ["a path that can't be decoded", "GET", "/%zz", 404, "not_found"],
    ["another method", "POST", "/symbols", 405, "method_not_allowed"],
    ["another method on a document", "DELETE", "/openapi.json", 405, "method_not_allowed"],
  ])("%s is a problem too", async (_name, method, path, status, code) => {
    const { api } = await start(rows([]));
    const response = await api.get(path, { method });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, status });
    if (status === 405) expect(response.headers.get("allow")).toBe("GET, HEAD");
  });

  it("does not repeat a request id that could break a header or a log line", async () => {
    const { api } = await start(rows([]));
    const response = await api.get("/health/live", { headers: { "X-Request-Id": "a b{}" } });
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});
