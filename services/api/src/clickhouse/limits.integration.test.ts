import { ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../../../../tests/support/engine.ts";
import { toQueryError } from "./failures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine?.stop());

/** What ClickHouse throws, as the API tells it; the owner may set the limits that the API's profile has. */
async function errorOf(query: string, settings: Readonly<Record<string, string | number>>) {
  const client = createClient({
    url: engine.url,
    ...engine.owner,
    clickhouse_settings: settings,
    log: { level: ClickHouseLogLevel.OFF },
  });
  try {
    await (await client.query({ query, format: "JSONEachRow" })).json();
    return undefined;
  } catch (error) {
    return toQueryError(error);
  } finally {
    await client.close();
  }
}

const MILLION = "SELECT sum(cityHash64(number)) FROM numbers(1000000)";

describe("a limit of the profile", () => {
  it.each<[string, string, Record<string, string | number>, RegExp]>([
    ["rows read", MILLION, { max_rows_to_read: "1000" }, /read more rows/],
    ["bytes read", MILLION, { max_bytes_to_read: "1000" }, /read more bytes/],
    ["rows of the answer", "SELECT number FROM numbers(1000)", { max_result_rows: "10" }, /answer is larger/],
    [
      "bytes of the answer",
      "SELECT number FROM numbers(1000)",
      { max_result_bytes: "10" },
      /answer is larger/,
    ],
    [
      "memory",
      "SELECT length(groupArray(toString(number))) FROM numbers(5000000)",
      { max_memory_usage: "10000000" },
      /needs more memory/,
    ],
    [
      "time",
      "SELECT sum(cityHash64(number)) FROM numbers(100000000000)",
      { max_execution_time: 1 },
      /(ran|would run) for longer/,
    ],
  ])("on %s is told as 422 with what to ask instead", async (_name, query, settings, detail) => {
    const error = await errorOf(query, settings);
    expect(error).toMatchObject({
      code: "limit_exceeded",
      status: 422,
      detail: expect.stringMatching(detail),
    });
    expect(error?.detail).toContain("shorter range");
  });

  it("is none where the query keeps to it", async () => {
    expect(await errorOf(MILLION, { max_rows_to_read: "2000000" })).toBeUndefined();
  });
});
