import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cleanUpLater, startWithStub as start } from "./testing/startWithStub.ts";
import { rows } from "./testing/stubClickHouse.ts";

const BAR = {
  minute: "2025-11-10T17:23:00Z",
  open: 1,
  high: 2,
  low: 0.5,
  close: 1.5,
  volume: 10,
  vwap: 1.25,
};

describe("data routes", () => {
  it.each(["/backtest/fast", "/backtest/slow"])(
    "%s answers bars with the server's own accounting",
    async (path) => {
      const { api } = await start(rows([BAR]));
      const response = await api.get(`${path}?symbol=AAPL`);
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.get("etag")).toBeNull();
      expect(await response.json()).toEqual({
        symbol: "AAPL",
        bars: [BAR],
        stats: { elapsedMs: 1.5, rowsRead: 42, bytesRead: 1024 },
      });
    },
  );

  it("turns a count that came as text into a number", async () => {
    const { api } = await start(rows([{ count: "12" }]));
    expect(await (await api.get("/dedup/raw_count?symbol=AAPL")).json()).toMatchObject({
      symbol: "AAPL",
      count: 12,
    });
  });

  it("binds values and sends no setting, which a read-only user may not change", async () => {
    const { api, stub } = await start(rows([]));
    await api.get("/backtest/fast?symbol=BTC%2FUSD&from=2025-11-10T17:23:00.5Z&to=2025-11-11&limit=7");
    const [query] = stub.queries;
    expect(Object.fromEntries(query?.params ?? [])).toEqual({
      param_symbol: "BTC/USD",
      param_from: "2025-11-10 17:24:00",
      param_to: "2025-11-11 00:00:00",
      param_limit: "7",
      query_id: expect.any(String),
    });
    expect(query?.sql).not.toContain("BTC");
    expect(query?.headers["accept-encoding"]).toBeUndefined();
  });
});

describe("the API key", () => {
  const key = "right-key";
  it.each([
    ["nothing", {}, 401],
    ["a wrong key", { "X-API-Key": "wrong-key" }, 401],
    ["a part of the key", { "X-API-Key": "right" }, 401],
    ["the key", { "X-API-Key": key }, 200],
    ["the key as a bearer token", { Authorization: `Bearer ${key}` }, 200],
    ["the key in another scheme", { Authorization: `Basic ${key}` }, 401],
  ])("with %s sent, a data route answers %#", async (_name, headers, status) => {
    const { api } = await start(rows([{ count: 1 }]), { apiKey: key });
    const response = await api.get("/dedup/raw_count?symbol=A", { headers });
    expect(response.status).toBe(status);
    expect(response.headers.has("www-authenticate")).toBe(status === 401);
  });

  it.each(["/health/live", "/openapi.json", "/"])("is not asked for at %s", async (path) => {
    const { api } = await start(rows([]), { apiKey: key });
    expect((await api.get(path)).status).toBe(200);
  });
});

describe("/health/ready", () => {
  const all = ["ticks_all", "ticks_dedup_all", "trades_1m_all"];
  it("is 200 when a node holds every table", async () => {
    const { api } = await start(rows(all.map((name) => ({ name }))));
    expect((await api.get("/health/ready")).status).toBe(200);
  });

  it("names the table that is missing", async () => {
    const { api } = await start(rows([{ name: "ticks_all" }]));
    const response = await api.get("/health/ready");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      code: "schema_missing",
      detail: expect.stringContaining("ticks_dedup_all, trades_1m_all"),
    });
  });

  it("is 503 while draining, and live stays 200", async () => {
    const { api } = await start(rows(all.map((name) => ({ name }))));
    api.lifecycle.draining = true;
    expect((await api.get("/health/ready")).status).toBe(503);
    expect((await api.get("/health/live")).status).toBe(200);
  });
});

describe("the metrics", () => {
  it("are not told where the API is asked, which an Ingress may make public", async () => {
    const { api } = await start(rows([]));
    expect((await api.get("/metrics")).status).toBe(404);
  });

  it("counts requests by route and status, and queries by name", async () => {
    const { api } = await start(rows([{ count: 1 }]));
    await api.get("/dedup/raw_count?symbol=A");
    await api.get("/dedup/raw_count");
    await api.get("/random/path/123");
    const text = await api.metrics();
    expect(text).toContain(
      'tickhouse_api_request_duration_seconds_count{method="GET",route="/dedup/raw_count",status="200"} 1',
    );
    expect(text).toContain(
      'tickhouse_api_request_duration_seconds_count{method="GET",route="/dedup/raw_count",status="400"} 1',
    );
    expect(text).toContain(
      'tickhouse_api_request_duration_seconds_count{method="GET",route="other",status="404"} 1',
    );
    expect(text).toContain('tickhouse_api_clickhouse_query_duration_seconds_count{query="dedup_raw"} 1');
    expect(text).toContain("process_cpu_seconds_total");
    expect(text).not.toContain("/random/path");
  });
});

describe("security headers", () => {
  it.each(["/", "/backtest/fast?symbol=A", "/backtest/fast", "/stream?symbol=A", "/none", "/openapi.json"])(
    "are on %s, with the request's id, and tell nothing of the server",
    async (path) => {
      const { api } = await start(rows([]));
      const stop = new AbortController();
      const { headers } = await api.get(path, { signal: stop.signal });
      stop.abort();
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.has("x-powered-by")).toBe(false);
      expect(headers.has("access-control-allow-origin")).toBe(false);
    },
  );
});

describe("the page", () => {
  it("is served from its folder: named files for good, index.html asked for each time", async () => {
    const dir = mkdtempSync(join(tmpdir(), "api-dashboard-"));
    cleanUpLater(async () => rmSync(dir, { recursive: true }));
    const { api } = await start(rows([]), { dashboardDir: dir });
    expect(await (await api.get("/")).text()).toContain("DASHBOARD_DIR has no index.html");

    mkdirSync(join(dir, "assets"));
    writeFileSync(join(dir, "index.html"), "<p>the page</p>");
    writeFileSync(join(dir, "assets", "index-abc.js"), "1");
    const page = await api.get("/");
    expect(await page.text()).toBe("<p>the page</p>");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    expect((await api.get("/assets/index-abc.js")).headers.get("cache-control")).toContain("immutable");
    expect((await api.get("/assets/../../etc/passwd")).status).toBe(404);
  });

  it("says how to get a dashboard when there is none, and forbids other hosts", async () => {
    const { api } = await start(rows([]));
    const response = await api.get("/");
    expect(await response.text()).toContain("DASHBOARD_DIR is not set");
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/https?:|upgrade-insecure|unsafe/);
    expect(response.headers.has("strict-transport-security")).toBe(false);
  });
});
