import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../../../tests/support/engine.ts";
import type { Query, Warehouse } from "./clickhouse/query.ts";
import { createWarehouse } from "./clickhouse/warehouse.ts";
import { fastBars, slowBars } from "./queries/bars.ts";
import { rawCount } from "./queries/dedup.ts";
import { startApi, type TestApi } from "./testing/startApi.ts";
import { startStub } from "./testing/stubClickHouse.ts";
import {
  counted,
  createFeed,
  createRandom,
  insertSql,
  type ReferenceBar,
  referenceBars,
  type TestTick,
} from "./testing/ticks.ts";

const BATCH = 500;

/** A feed as it comes: nothing twice. */
const clean = createFeed("CLEAN", 6_000, 1);

/** A feed as it may come: repeated ticks, corrections that overtake what they correct, and busted trades. */
const dirty = (() => {
  const random = createRandom(3);
  const first = createFeed("DIRTY", 4_000, 2);
  const again = first.filter(() => random() < 0.1);
  const corrected = first
    .filter(() => random() < 0.05)
    .map((tick) => ({ ...tick, source_version: 2, price: tick.price + 0.5 }));
  const busted = first
    .filter(({ event_type }) => event_type === "trade" && random() < 0.03)
    .map((tick) => ({ ...tick, source_version: 3, size: 0 }));
  return [...corrected, ...first, ...again, ...busted];
})();

/** A symbol that the API refuses, and that the warehouse may still hold. */
const HOSTILE = "x' OR 1=1 -- \\ {symbol:String}";
const hostile: TestTick[] = createFeed(HOSTILE, 3, 4);

let engine: Engine;
let api: TestApi;
let warehouse: Warehouse;

beforeAll(async () => {
  engine = await startEngine();
  for (const ticks of [clean, dirty, hostile]) {
    for (let start = 0; start < ticks.length; start += BATCH)
      await engine.exec(insertSql(ticks.slice(start, start + BATCH)));
  }
  const clickhouse = { urls: [engine.url], ...engine.api, database: engine.database, queryTimeoutMs: 30_000 };
  api = await startApi({ clickhouse });
  warehouse = createWarehouse(clickhouse);
});

afterAll(async () => {
  await warehouse?.close();
  await api?.stop();
  await engine?.stop();
});

interface Answer {
  readonly bars: ReferenceBar[];
  readonly count: number;
  readonly stats: { readonly elapsedMs: number; readonly rowsRead: number; readonly bytesRead: number };
}

const ask = async (path: string): Promise<Answer> => {
  const response = await api.get(path);
  const body = await response.text();
  expect(response.status, body).toBe(200);
  return JSON.parse(body);
};

/** Prices to the bit, sums to 12 digits: the reference adds floating numbers, ClickHouse decimals. */
const expectBars = (bars: readonly ReferenceBar[], expected: readonly ReferenceBar[]): void => {
  const prices = ({ minute, open, high, low, close }: ReferenceBar) => ({ minute, open, high, low, close });
  expect(bars.map(prices)).toEqual(expected.map(prices));
  bars.forEach((bar, index) => {
    for (const sum of ["volume", "vwap"] as const) {
      const wanted = expected[index]?.[sum] ?? Number.NaN;
      expect(Math.abs(bar[sum] - wanted) / wanted, `${sum} of ${bar.minute}`).toBeLessThan(1e-12);
    }
  });
};

describe("bars", () => {
  it.each([
    ["/backtest/slow", "CLEAN", clean],
    ["/backtest/fast", "CLEAN", clean],
    ["/backtest/slow", "DIRTY", dirty],
  ])("%s of %s are those of a plain loop over the distinct ticks", async (path, symbol, ticks) => {
    const expected = referenceBars(ticks);
    expect(expected.length).toBeGreaterThan(20);
    expectBars((await ask(`${path}?symbol=${symbol}&limit=10000`)).bars, expected);
  });

  it("are the same to the last bit from both paths while nothing repeats", async () => {
    const fast = await ask("/backtest/fast?symbol=CLEAN&limit=10000");
    const slow = await ask("/backtest/slow?symbol=CLEAN&limit=10000");
    expect(fast.bars).toEqual(slow.bars);
  });

  it.each(["/backtest/slow", "/backtest/fast"])(
    "%s keeps whole minutes from `from` up to `to`, newest first",
    async (path) => {
      const range = "from=2025-11-10T14:32:00Z&to=2025-11-10T14:40:00.5Z";
      const inRange = referenceBars(clean).filter(
        ({ minute }) => minute >= "2025-11-10T14:32:00Z" && minute <= "2025-11-10T14:40:00Z",
      );
      expectBars((await ask(`${path}?symbol=CLEAN&${range}`)).bars, inRange);
      expectBars((await ask(`${path}?symbol=CLEAN&${range}&limit=3`)).bars, inRange.slice(0, 3));
    },
  );

  it("costs less to read from the aggregates, by ClickHouse's own count", async () => {
    const fast = await ask("/backtest/fast?symbol=CLEAN");
    const slow = await ask("/backtest/slow?symbol=CLEAN");
    expect(slow.stats.rowsRead).toBeGreaterThanOrEqual(clean.length);
    expect(fast.stats.rowsRead).toBeLessThan(slow.stats.rowsRead);
    expect(fast.stats.rowsRead).toBeGreaterThan(0);
    expect(fast.stats.bytesRead).toBeGreaterThan(0);
    expect(fast.stats.elapsedMs).toBeGreaterThan(0);
  });

  it("are none for a symbol that is not there", async () => {
    expect((await ask("/backtest/slow?symbol=NONE")).bars).toEqual([]);
  });
});

describe("deduplication", () => {
  it("counts every tick that came, and each distinct one once, without busted trades", async () => {
    expect((await ask("/dedup/raw_count?symbol=DIRTY")).count).toBe(dirty.length);
    expect((await ask("/dedup/final_count?symbol=DIRTY")).count).toBe(counted(dirty).length);
    expect(counted(dirty).length).toBeLessThan(4_000);
  });
});

it("lists symbols with exchanges, counts and times", async () => {
  const { symbols } = (await (await api.get("/symbols")).json()) as { symbols: { symbol: string }[] };
  const time = (tick: TestTick | undefined) => {
    const micros = tick?.at ?? 0;
    return `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, 20)}${String(micros % 1_000_000).padStart(6, "0")}Z`;
  };
  expect(symbols.map(({ symbol }) => symbol)).toEqual(["CLEAN", "DIRTY", HOSTILE]);
  expect(symbols[0]).toEqual({
    symbol: "CLEAN",
    exchanges: ["XNAS", "XNYS"],
    ticks: clean.length,
    trades: clean.filter(({ event_type }) => event_type === "trade").length,
    firstEventTime: time(clean[0]),
    lastEventTime: time(clean.at(-1)),
  });
});

it("is ready when the schema is there, for the user that it has", async () => {
  expect((await api.get("/health/ready")).status).toBe(200);
});

it("is not ready, and names the tables, in a database without the schema", async () => {
  const other = await startApi({ clickhouse: { urls: [engine.url], ...engine.api, database: "system" } });
  const response = await other.get("/health/ready");
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    code: "schema_missing",
    detail: expect.stringContaining("trades_1m_all"),
  });
  await other.stop();
});

describe("hostile values", () => {
  const options = { signal: new AbortController().signal, requestId: "hostile" };

  it("stay values: a symbol made of SQL finds its own ticks and no others", async () => {
    const { rows } = await warehouse.query(rawCount, { symbol: HOSTILE }, options);
    expect(Number(rows[0]?.count)).toBe(hostile.length);
  });

  it.each(["' OR 1=1 --", "\\'", "a\tb\nc\\N", "{symbol:String}", "CLEAN') UNION ALL SELECT 1 --", "\u0000"])(
    "%j finds nothing",
    async (symbol) => {
      const { rows } = await warehouse.query(rawCount, { symbol }, options);
      expect(Number(rows[0]?.count)).toBe(0);
      const range = { from: "1970-01-01 00:00:00", to: "2100-01-01 00:00:00", limit: 10 };
      for (const query of [fastBars, slowBars])
        expect((await warehouse.query(query, { symbol, ...range }, options)).rows).toEqual([]);
    },
  );
});

it("goes on with the live node when another is dead", async () => {
  const dead = await startStub(() => {});
  await dead.stop();
  const both = await startApi({
    clickhouse: { urls: [dead.url, engine.url], ...engine.api, database: engine.database },
  });
  for (let request = 0; request < 3; request++) {
    expect((await both.get("/dedup/raw_count?symbol=CLEAN")).status).toBe(200);
  }
  await both.stop();
});

describe("cancelling", () => {
  // Server time: one branch sleeps for 2.4 s, below the limit of one block, and there are enough of them to outlast
  // a test. ClickHouse looks whether the client is still there each time a query reports progress.
  const branch = "SELECT sum(sleepEachRow(0.0004)) FROM ticks_all WHERE symbol = 'CLEAN'";
  const endless: Query<Record<never, never>, unknown> = {
    name: "endless",
    sql: Array(40).fill(branch).join(" UNION ALL "),
  };

  const runningQueries = async (requestId: string): Promise<number> => {
    const sql = `SELECT count() FROM system.processes WHERE query_id LIKE '${requestId}.%'`;
    const headers = { "X-ClickHouse-User": engine.owner.username, "X-ClickHouse-Key": engine.owner.password };
    return Number(await (await fetch(engine.url, { method: "POST", body: sql, headers })).text());
  };

  const untilRunning = async (requestId: string, count: number): Promise<void> => {
    await expect.poll(() => runningQueries(requestId), { interval: 20, timeout: 10_000 }).toBe(count);
  };

  it("stops the query inside ClickHouse when the client goes away", async () => {
    const controller = new AbortController();
    const query = warehouse.query(endless, {}, { signal: controller.signal, requestId: "leaves" });
    query.catch(() => {});
    await untilRunning("leaves", 1);
    controller.abort();
    await expect(query).rejects.toMatchObject({ code: "client_gone" });
    await untilRunning("leaves", 0);
  });

  it("stops it at the API's time limit", async () => {
    const hasty = createWarehouse({
      urls: [engine.url],
      ...engine.api,
      database: engine.database,
      queryTimeoutMs: 300,
    });
    const query = hasty.query(endless, {}, { signal: new AbortController().signal, requestId: "hasty" });
    await expect(query).rejects.toMatchObject({ code: "limit_exceeded", status: 422 });
    await untilRunning("hasty", 0);
    await hasty.close();
  });
});
