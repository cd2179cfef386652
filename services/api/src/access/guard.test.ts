import { createHash } from "node:crypto";
import { PassThrough } from "node:stream";
import type { createLogger } from "@tickhouse/common";
import express from "express";
import { pino } from "pino";
import { expect, it } from "vitest";
import { createAccessLog } from "../accessLog.ts";
import { listen } from "../server.ts";
import { cleanUpLater, startWithStub } from "../testing/startWithStub.ts";
import { rows } from "../testing/stubClickHouse.ts";
import { until } from "../testing/until.ts";
import { createGuard, windowOf } from "./guard.ts";

const COUNT = "/dedup/raw_count?symbol=A";

it("refuses what goes beyond the limit with 429, says when to try again, and lets the rest be asked", async () => {
  const { api, stub } = await startWithStub(rows([{ count: 1 }]), { requestsPerMinute: 2 });
  const first = await api.get(COUNT);
  expect(first.status).toBe(200);
  expect(first.headers.get("ratelimit-policy")).toBe("2;w=60");
  expect(first.headers.get("ratelimit")).toMatch(/^limit=2, remaining=1, reset=\d+$/);
  await api.get(COUNT);
  const refused = await api.get(COUNT, { headers: { "X-Forwarded-For": "10.0.0.1" } });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(2);
  expect(refused.headers.get("x-powered-by")).toBeNull();
  expect(refused.headers.get("x-content-type-options")).toBe("nosniff");
  expect(await refused.json()).toMatchObject({
    code: "rate_limited",
    detail: expect.stringContaining("2 requests a minute of one address without a key"),
  });
  expect(stub.queries).toHaveLength(2);
  for (const path of ["/health/live", "/openapi.json", "/"]) expect((await api.get(path)).status).toBe(200);
  // Express finds a route in other letters too, so that these must not lead around the limit.
  for (const path of ["/DEDUP/raw_count?symbol=A", "/dedup/raw_count/?symbol=A", "/stream", "/bars/"])
    expect((await api.get(path)).status, path).toBe(429);
});

it.each([
  [1, { limit: 1, seconds: 60 }],
  [100, { limit: 100, seconds: 60 }],
  [600, { limit: 100, seconds: 10 }],
  [6_000, { limit: 100, seconds: 1 }],
  [1_000_000_000, { limit: 16_666_666, seconds: 1 }],
])("spreads %d requests a minute over windows of a hundred, of a second at least", (perMinute, expected) => {
  expect(windowOf(perMinute)).toEqual(expected);
});

it("tells a client that asks too much at once what it may do within how many seconds", async () => {
  const { api } = await startWithStub(rows([{ count: 1 }]), { requestsPerMinute: 600 });
  const answers = await Promise.all(Array.from({ length: 110 }, () => api.get(COUNT)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(10);
  expect(Number(refused[0]?.headers.get("retry-after"))).toBeLessThanOrEqual(10);
  expect(await refused[0]?.json()).toMatchObject({
    detail: expect.stringContaining("600 requests a minute, no more than 100 within 10 s, of one address"),
  });
});

it("counts each key by itself, and wrong keys by their address", async () => {
  const { api } = await startWithStub(rows([{ count: 1 }]), { requestsPerMinute: 2, apiKey: "right" });
  const ask = async (key: string) => (await api.get(COUNT, { headers: { "X-API-Key": key } })).status;
  expect([await ask("wrong"), await ask("wrong too"), await ask("wrong"), await ask("right")]).toEqual([
    401, 401, 429, 200,
  ]);
});

it("logs route, status, bytes, time and the key's name, and never the key", async () => {
  const lines = new PassThrough();
  let log = "";
  lines.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const app = express();
  const sha256 = createHash("sha256").update("the-key-itself").digest();
  app.use(createAccessLog(pino(lines) as ReturnType<typeof createLogger>));
  app.use(createGuard({ apiKeys: [{ name: "desk", sha256 }], requestsPerMinute: 0 }).key);
  app.get("/bars", (_request, response) => {
    response.locals["route"] = "/bars";
    response.send("x".repeat(1_000));
  });
  const server = await listen(app, "127.0.0.1", 0);
  cleanUpLater(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const url = `http://127.0.0.1:${address.port}/bars?symbol=A`;
  await (await fetch(url, { headers: { "X-API-Key": "the-key-itself" } })).text();
  await (await fetch(url, { headers: { authorization: "Bearer the-key-itself" } })).text();
  await until(() => log.split("\n").length === 3, "two lines");
  for (const line of log.trim().split("\n")) {
    const entry = JSON.parse(line);
    expect(entry).toMatchObject({
      req: { id: expect.any(String), method: "GET", url: "/bars?symbol=A" },
      res: { statusCode: 200 },
      route: "/bars",
      key: "desk",
      ms: expect.any(Number),
    });
    // The body and its headers; not those of the answer before it on the same connection.
    expect(entry.bytes).toBeGreaterThan(1_000);
    expect(entry.bytes).toBeLessThan(2_000);
  }
  expect(log).not.toContain("the-key-itself");
});
