import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTickhouseClient } from "../../clients/typescript/src/index.ts";
import { ROOT } from "../../tools/paths.ts";
import { ensurePythonEnv } from "../../tools/pythonEnv.ts";
import { barDifferences, plainBars } from "../support/plainLoop.ts";
import { asLines, type SmallWarehouse, startSmallWarehouse } from "../support/smallWarehouse.ts";
import { makeFeed } from "../support/ticks.ts";

const python = await ensurePythonEnv();
const feed = makeFeed({
  symbols: ["AAPL"],
  exchange: "XNAS",
  trades: 2_000,
  startMicros: 1_763_121_600_000_000n,
  seed: 7,
});
let warehouse: SmallWarehouse;

beforeAll(async () => {
  warehouse = await startSmallWarehouse();
  await warehouse.send(asLines(feed));
});
afterAll(async () => {
  await warehouse?.stop();
});

describe("the TypeScript client", () => {
  it("answers bars with their types, equal to a plain loop's", async () => {
    const client = createTickhouseClient({ baseUrl: warehouse.api.url });
    const { data, error } = await client.GET("/bars", {
      params: { query: { symbol: "AAPL", interval: "1m", limit: 10_000 } },
    });
    expect(error).toBeUndefined();
    const bars =
      data?.bars.map(({ time, volume, ...bar }) => ({ ...bar, volume: Number(volume), minute: time })) ?? [];
    expect(bars.length).toBeGreaterThan(20);
    expect(barDifferences(bars, plainBars(feed, "AAPL"))).toEqual([]);
  });

  it("answers what is wrong with a request as a problem", async () => {
    const client = createTickhouseClient({ baseUrl: warehouse.api.url });
    const { error, response } = await client.GET("/bars", {
      params: { query: { symbol: "AAPL", limit: 0 } },
    });
    expect(response.status).toBe(400);
    expect(error).toMatchObject({ code: "wrong_request", errors: [{ parameter: "limit", value: "0" }] });
  });

  it("sends its key", async () => {
    const sent: (string | null)[] = [];
    const client = createTickhouseClient({
      baseUrl: warehouse.api.url,
      apiKey: "a-key",
      fetch: async (request) => {
        sent.push(request.headers.get("x-api-key"));
        return fetch(request);
      },
    });
    await client.GET("/symbols");
    expect(sent).toEqual(["a-key"]);
  });
});

describe.skipIf(python === undefined)("the Python example", () => {
  it("reads ticks as Arrow into pandas, and counts and sums what was sent", async () => {
    const script = join(ROOT, "clients", "python", "ticks_to_pandas.py");
    const { stdout } = await execa(join(python?.bin ?? "", "python"), [script, warehouse.api.url, "AAPL"]);
    const [, ...rows] = stdout.trim().split("\n");
    const answered = Object.fromEntries(
      rows.map((row) => row.split(",")).map(([type, ...rest]) => [type, rest]),
    );
    for (const type of ["trade", "quote"] as const) {
      const sizes = feed.filter(({ event_type }) => event_type === type).map(({ size }) => size);
      const [count, sum] = answered[type] ?? [];
      expect(Number(count)).toBe(sizes.length);
      // Both add doubles, in orders of their own: about 1e-16 for each of some thousands.
      const expected = sizes.reduce((total, size) => total + size, 0);
      expect(Math.abs(Number(sum) / expected - 1)).toBeLessThan(1e-12);
    }
  });
});
