import { afterAll, beforeAll, expect, it } from "vitest";
import { type Engine, startEngine } from "../../../../tests/support/engine.ts";
import { startApi, type TestApi } from "../testing/startApi.ts";

const LIMIT = 60;
const AT_ONCE = 50;

let engine: Engine;
let api: TestApi;

beforeAll(async () => {
  engine = await startEngine();
  const clickhouse = { urls: [engine.url], ...engine.api, database: engine.database };
  api = await startApi({ clickhouse, requestsPerMinute: LIMIT });
});

afterAll(async () => {
  await api?.stop();
  await engine?.stop();
});

it("answers as many requests of a client as it may ask, refuses nine tenths of ten times as many, and tells when to come back", async () => {
  const refused: Response[] = [];
  let answered = 0;
  for (let asked = 0; asked < LIMIT * 10; asked += AT_ONCE) {
    const responses = await Promise.all(
      Array.from({ length: AT_ONCE }, () => api.get("/dedup/raw_count?symbol=AAPL")),
    );
    for (const response of responses) {
      if (response.status === 429) refused.push(response);
      else {
        expect(response.status).toBe(200);
        answered += 1;
      }
      await response.arrayBuffer();
    }
  }
  expect(answered).toBe(LIMIT);
  expect(refused).toHaveLength(LIMIT * 9);
  for (const { headers } of refused) {
    const seconds = Number(headers.get("retry-after"));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(headers.get("content-type")).toMatch(/^application\/problem\+json/);
  }
});
