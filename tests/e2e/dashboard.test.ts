import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import kafkajs from "kafkajs";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { pollUntil } from "../../infra/poll.ts";
import { ROOT } from "../../infra/targets/local/layout.ts";
import type { Tick } from "../../services/common/src/index.ts";
import type { StackOutputs } from "../../tools/outputsOf.ts";
import { bookLoop } from "../support/bookLoop.ts";
import { chromiumPath, openBrowser } from "../support/browser.ts";
import { type Checkout, createCheckout } from "../support/checkout.ts";
import { makeDashboardFeed, SYMBOL } from "../support/dashboardFeed.ts";
import { type DashboardPage, datasets, openDashboard, PAGES } from "../support/dashboardPage.ts";
import { type ExactBar, exactBarsOf, latestTicks } from "../support/exactLoop.ts";
import { writeTicks } from "../support/replay.ts";
import { hasSharedData, SHARED_DATA } from "../support/sharedData.ts";
import { parseTicks } from "../support/ticks.ts";
import { openWarehouse, type Warehouse } from "../support/warehouse.ts";

// A running stack, its dashboard in real Chromium, and each number on it against a plain loop over what was sent.
const chromium = chromiumPath();
const KRAKEN = "kraken-xbtusdt-trades.jsonl";
const BINANCE = "binance-btcusdt-trades-quotes.jsonl";
/** Writes the pictures of the README anew; without it a test run leaves the tree as it is. */
const takesPictures = process.env["TICKHOUSE_PICTURES"] === "1";

const feed = makeDashboardFeed();
const sent: Tick[] = [...feed.sent];

let checkout: Checkout;
let warehouse: Warehouse;
let browser: Browser;
let opened: DashboardPage[] = [];

const open = async (query: string, size?: { width: number; height: number }): Promise<DashboardPage> => {
  const dashboard = await openDashboard(browser, warehouse.outputs.dashboardUrl, size);
  opened.push(dashboard);
  await dashboard.open(query);
  return dashboard;
};
const produce = async (path: string): Promise<void> => {
  const produced = await checkout.npm("produce", "replay", path);
  expect(produced.exitCode, produced.all).toBe(0);
};
const minuteBars = (symbol: string): ExactBar[] => exactBarsOf(sent, symbol, 60);

/** What is not a tick becomes a dead letter. */
async function sendBroken(text: string): Promise<void> {
  const { kafkaBootstrap, kafkaTopic } = warehouse.outputs;
  const kafka = new kafkajs.Kafka({ brokers: [kafkaBootstrap], logLevel: kafkajs.logLevel.NOTHING });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: kafkaTopic, messages: [{ key: SYMBOL, value: text }] });
  await producer.disconnect();
}

const BROKEN = `{"exchange":"TEST","symbol":"${SYMBOL}","event_time":"2023-11-19T13:20:00.000000Z","seq_id":777777,"event_type":"trade","price":-1,"size":1,"side":"buy","source_version":1}`;

beforeAll(async () => {
  if (chromium === undefined) return;
  checkout = await createCheckout();
  const up = await checkout.npm("up");
  expect(up.exitCode, up.all).toBe(0);
  warehouse = openWarehouse(JSON.parse((await checkout.npm("outputs")).stdout) as StackOutputs);
  await produce(writeTicks(checkout, "dashboard.jsonl", feed.sent));
  for (const file of [KRAKEN, BINANCE].filter(hasSharedData)) {
    await produce(join(SHARED_DATA, file));
    sent.push(...parseTicks(readFileSync(join(SHARED_DATA, file), "utf8")));
  }
  await sendBroken(BROKEN);
  for (const symbol of new Set(sent.map((tick) => tick.symbol))) {
    await warehouse.untilRawCount(symbol, sent.filter((tick) => tick.symbol === symbol).length);
    const expected = minuteBars(symbol).length;
    const isThere = async () => (await warehouse.exactBars(symbol, "1m")).length === expected || undefined;
    expect(await pollUntil(60_000, isThere), `${expected} bars of ${symbol} within 60 s`).toBe(true);
  }
  browser = await openBrowser(chromium);
});

afterEach(async () => {
  const complaints = opened.flatMap((dashboard) => dashboard.complaints);
  await Promise.all(opened.map((dashboard) => dashboard.close()));
  opened = [];
  expect(complaints, "other hosts, refusals of the policy, errors").toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  if (checkout === undefined) return;
  if (existsSync(join(checkout.path, ".pulumi-state"))) await checkout.npm("down");
  const left = checkout.processes();
  checkout.remove();
  expect(left, "processes left behind").toEqual([]);
});

describe.skipIf(chromium === undefined)("chart", () => {
  const symbols = [SYMBOL, ...(hasSharedData(KRAKEN) ? ["XBTUSDT"] : [])];

  it.for(symbols)("shows the bars of the file: %s", async (symbol) => {
    const expected = minuteBars(symbol);
    const dashboard = await open(`?symbol=${symbol}`);
    await dashboard.untilValue("bars-count", expected.length);
    await dashboard.untilValue("last-close", expected[0]?.close ?? "");
    expect(await dashboard.value("range-high")).toBe(String(Math.max(...expected.map(({ high }) => high))));
    expect(await dashboard.value("range-low")).toBe(String(Math.min(...expected.map(({ low }) => low))));
    const trades = expected.reduce((sum, bar) => sum + bar.trades, 0);
    expect(await dashboard.value("range-trades")).toBe(String(trades));

    await dashboard.page.getByTestId("bars-summary").click();
    const rows = await dashboard.untilRows("bars-table", Math.min(100, expected.length));
    const states = new Map((await warehouse.exactBars(symbol, "1m")).map((bar) => [bar.time, bar.state]));
    rows.forEach((row, index) => {
      const bar = expected[index];
      for (const field of ["time", "open", "high", "low", "close", "volume", "vwap", "trades"] as const)
        expect(row[field], `${bar?.time} ${field}`).toBe(String(bar?.[field]));
      expect(row["state"]).toBe(states.get(bar?.time ?? ""));
    });
  });

  it("shows longer bars, and says so in the URL", async () => {
    const dashboard = await open(`?symbol=${SYMBOL}`);
    await dashboard.untilValue("bars-count", minuteBars(SYMBOL).length);
    await dashboard.page.getByTestId("interval").getByText("5m").click();
    await dashboard.untilValue("bars-count", exactBarsOf(sent, SYMBOL, 300).length);
    expect(new URL(dashboard.page.url()).searchParams.get("interval")).toBe("5m");
    await dashboard.page.goBack();
    await dashboard.untilValue("bars-count", minuteBars(SYMBOL).length);
  });

  it("shows a range, given by keyboard", async () => {
    const bars = minuteBars(SYMBOL);
    const [from, to] = [bars[20]?.time ?? "", bars[5]?.time ?? ""];
    const dashboard = await open(`?symbol=${SYMBOL}`);
    await dashboard.untilValue("bars-count", bars.length);
    await dashboard.page.getByTestId("from-input").fill(from.slice(0, 16).replace("T", " "));
    await dashboard.page.getByTestId("to-input").fill(to.slice(0, 16).replace("T", " "));
    await dashboard.page.keyboard.press("Enter");
    await dashboard.untilValue("bars-count", bars.filter(({ time }) => time >= from && time < to).length);
    await dashboard.untilValue("last-time", bars[6]?.time ?? "");
  });

  it("adds indicators, whose newest values are a plain loop's", async () => {
    const closes = minuteBars(SYMBOL).map(({ close }) => close);
    const dashboard = await open(`?symbol=${SYMBOL}&indicators=`);
    await dashboard.untilValue("bars-count", closes.length);
    await dashboard.page.getByTestId("indicators-button").click();
    await dashboard.page.getByTestId("add-sma").click();
    await dashboard.page.getByTestId("add-rsi").click();
    await expect.poll(() => dashboard.value("value-sma:20-"), { timeout: 60_000 }).toBeDefined();
    const mean = closes.slice(0, 20).reduce((sum, close) => sum + close, 0) / 20;
    // Twenty additions of doubles in another order may differ in the last bits.
    expect(Math.abs(Number(await dashboard.value("value-sma:20-")) / mean - 1)).toBeLessThan(1e-12);
    const rsi = Number(await dashboard.value("value-rsi:14-"));
    expect(rsi).toBeGreaterThan(0);
    expect(rsi).toBeLessThan(100);
  });

  it("finds a symbol by keyboard, and moves the crosshair by keyboard", async () => {
    const bars = minuteBars(SYMBOL);
    const dashboard = await open("");
    const { page } = dashboard;
    await page.getByTestId("symbol-input").waitFor();
    await expect.poll(() => page.url(), { timeout: 60_000 }).toMatch(/symbol=/);
    await page.keyboard.press("/");
    await page.keyboard.type(SYMBOL.toLowerCase());
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await dashboard.untilValue("last-close", bars[0]?.close ?? "");
    await page.getByTestId("chart").focus();
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("ArrowLeft");
    await dashboard.untilValue("legend-close", bars[3]?.close ?? "");
    await dashboard.untilValue("legend-volume", bars[3]?.volume ?? "");
  });

  it("shows a new trade without being asked", async () => {
    const before = minuteBars(SYMBOL);
    const dashboard = await open(`?symbol=${SYMBOL}`);
    await dashboard.untilValue("last-close", before[0]?.close ?? "");
    await expect
      .poll(() => dashboard.page.getByTestId("status").textContent(), { timeout: 60_000 })
      .toBe("Live");
    const newest = sent.filter(({ symbol }) => symbol === SYMBOL).map(({ event_time }) => event_time);
    const after = new Date(Date.parse(newest.toSorted().at(-1) ?? "") + 120_000);
    const tick: Tick = {
      exchange: "TEST",
      symbol: SYMBOL,
      event_time: after.toISOString().replace("Z", "000Z"),
      seq_id: 9_000_001,
      event_type: "trade",
      price: 321.25,
      size: 2,
      side: "buy",
      source_version: 1,
    };
    sent.push(tick);
    await produce(writeTicks(checkout, "one-more.jsonl", [tick]));
    await dashboard.untilValue("last-close", 321.25);
    await dashboard.untilValue("bars-count", before.length + 1);
  });
});

describe.skipIf(chromium === undefined)("tape and book", () => {
  it("shows the newest trades, quotes and the book of the file", async () => {
    const dashboard = await open(`?page=tape&symbol=${SYMBOL}`);
    const ticks = latestTicks(sent)
      .filter(({ symbol, event_type, size }) => symbol === SYMBOL && (event_type !== "trade" || size > 0))
      .sort(
        (a, b) =>
          (a.event_time < b.event_time ? 1 : a.event_time > b.event_time ? -1 : 0) ||
          Number(b.seq_id) - Number(a.seq_id),
      );
    const trades = ticks.filter(({ event_type }) => event_type === "trade").slice(0, 200);
    const shown = await dashboard.untilRows("trades", trades.length);
    expect(shown.map(({ seq, price, size, side }) => [seq, price, size, side])).toEqual(
      trades.map(({ seq_id, price, size, side }) => [String(seq_id), String(price), String(size), side]),
    );

    const bids = ticks
      .filter(({ event_type, side }) => event_type === "quote" && side === "buy")
      .slice(0, 100);
    const quotes = await dashboard.untilRows("quotes", bids.length);
    expect(quotes.map(({ seq, bid }) => [seq, bid])).toEqual(
      bids.map(({ seq_id, price }) => [String(seq_id), String(price)]),
    );

    const [book] = bookLoop(sent, SYMBOL, "9999", 10);
    await dashboard.untilValue("missing-TEST", book?.missing.count ?? "");
    const ladder = dashboard.page.getByTestId("book-TEST").locator("tbody tr");
    const levels = await datasets(ladder);
    expect(levels.map(({ side, price, size }) => [side, price, size])).toEqual([
      ...(book?.asks ?? []).toReversed().map(({ price, size }) => ["ask", String(price), String(size)]),
      ...(book?.bids ?? []).map(({ price, size }) => ["bid", String(price), String(size)]),
    ]);
  });

  it("shows the microstructure that the API computes", async () => {
    const dashboard = await open(`?page=tape&symbol=${SYMBOL}`);
    const figures = dashboard.page
      .getByTestId("microstructure")
      .locator("tr")
      .first()
      .locator("[data-figure]");
    await figures.first().waitFor();
    const response = await fetch(
      `${warehouse.outputs.apiUrl}/microstructure?symbol=${SYMBOL}&interval=1m&limit=1`,
    );
    const { buckets } = (await response.json()) as { buckets: Record<string, number | null>[] };
    const shown = await datasets(figures);
    expect(shown.length).toBeGreaterThan(1);
    for (const { figure = "", value } of shown) expect(Number(value), figure).toBe(buckets[0]?.[figure]);
  });
});

describe.skipIf(chromium === undefined)("benchmark", () => {
  it("runs both sides again and again, and says whether they agree", async () => {
    // A feed without doubles: the aggregates count each of them.
    const symbol = hasSharedData(KRAKEN) ? "XBTUSDT" : SYMBOL;
    const dashboard = await open(`?page=benchmark&symbol=${symbol}&runs=4`);
    const answered = dashboard.page.waitForResponse(/\/benchmark\?/);
    await dashboard.page.getByTestId("bench-run").click();
    const answer = (await (await answered).json()) as {
      fast: { rowsRead: number; medianMs: number; elapsedMs: number[] };
      slow: { rowsRead: number };
    };
    await dashboard.untilValue("bench-equal", symbol === "XBTUSDT");
    await dashboard.untilValue("bench-bars", minuteBars(symbol).length);
    expect(answer.fast.elapsedMs).toHaveLength(4);
    expect(await dashboard.value("bench-fast")).toBe(String(answer.fast.medianMs));
    expect(await dashboard.value("bench-slow-rows")).toBe(String(answer.slow.rowsRead));
    expect(answer.slow.rowsRead).toBeGreaterThan(0);
  });
});

describe.skipIf(chromium === undefined)("deduplication", () => {
  it("counts what came and what is kept, and tells of each tick that is not", async () => {
    const own = sent.filter(({ symbol }) => symbol === SYMBOL);
    const kept = latestTicks(own).filter(({ event_type, size }) => event_type !== "trade" || size > 0);
    const dashboard = await open(`?page=dedup&symbol=${SYMBOL}`);
    await dashboard.untilValue("dedup-raw", own.length);
    await dashboard.untilValue("dedup-final", kept.length);
    await dashboard.untilValue("dedup-removed", own.length - kept.length);

    const more = dashboard.page.getByTestId("more-button");
    let rows = await dashboard.untilRows("dropped", 100);
    while (await more.isVisible()) {
      const before = rows.length;
      await more.click();
      await expect.poll(async () => (await dashboard.rows("dropped")).length).toBeGreaterThan(before);
      rows = await dashboard.rows("dropped");
    }
    const reasons = { duplicate: 0, superseded: 0, busted: 0 };
    for (const { reason } of rows) reasons[reason as keyof typeof reasons] += 1;
    expect(reasons).toEqual(feed.dropped);
  });
});

describe.skipIf(chromium === undefined)("pipeline", () => {
  it("shows every stage, partition and node, and the audit's verdict", async () => {
    const dashboard = await open("?page=pipeline");
    for (const stage of ["source", "ingest", "buffer", "ticks", "dedup", "bars"])
      await dashboard.page.getByTestId(`stage-${stage}`).waitFor();
    await dashboard.page.getByTestId("partitions").locator("tr").first().waitFor();
    expect(await dashboard.rows("nodes")).toHaveLength(warehouse.outputs.clickhouse.length);
    const audit = (await (await fetch(`${warehouse.outputs.apiUrl}/audit`)).json()) as { verdict: string };
    await dashboard.untilValue("audit-verdict", audit.verdict);
    expect(audit.verdict).toBe("complete");
  });

  it("shows a dead letter, and sends it again once it is put right", async () => {
    const before = await warehouse.finalCount(SYMBOL);
    const dashboard = await open("?page=pipeline");
    const { page } = dashboard;
    const [letter] = await dashboard.untilRows("dead-letters", 1);
    await page.getByLabel(`Inspect ${letter?.["place"]}`).click();
    await expect.poll(() => page.getByTestId("letter-message").textContent()).toBe(BROKEN);
    expect(await page.getByTestId("letter-error").textContent()).toMatch(/price/);
    await page.getByRole("button", { name: "Replay…" }).click();
    await page.getByTestId("replay-text").fill(BROKEN.replace('"price":-1', '"price":1.5'));
    await page.getByTestId("replay-confirm").click();
    await dashboard.untilValue("replay-done", 1);
    await warehouse.untilFinalCount(SYMBOL, before + 1);
    sent.push({ ...(JSON.parse(BROKEN) as Tick), price: 1.5 });
  });
});

describe.skipIf(chromium === undefined)("query time", () => {
  it("counts this page's own queries by route", async () => {
    const dashboard = await open(`?symbol=${SYMBOL}`);
    await dashboard.page.getByTestId("last-close").waitFor();
    await dashboard.visit("dedup");
    await dashboard.untilValue("dedup-raw", sent.filter(({ symbol }) => symbol === SYMBOL).length);
    await dashboard.page.getByTestId("dedup-final").waitFor();
    await dashboard.visit("queries");
    const rows = await dashboard.rows("routes");
    expect(rows.map(({ route }) => route)).toEqual(
      expect.arrayContaining(["/bars", "/dedup/final_count", "/dedup/raw_count", "/symbols"]),
    );
    for (const { route = "", count } of rows) expect(count, route).toBe(String(dashboard.answers.get(route)));
  });
});

describe.skipIf(chromium === undefined)("for everybody", () => {
  const sizes = [
    { width: 360, height: 780 },
    { width: 1440, height: 900 },
  ];
  const cases = ["light", "dark"].flatMap((theme) => sizes.map((size) => [theme, size] as const));

  it.for(cases)("axe finds nothing wrong on any page, %s at %o", async ([theme, size]) => {
    const dashboard = await open(`?symbol=${SYMBOL}&theme=${theme}&indicators=vwap,rsi:14`, size);
    for (const name of PAGES) {
      await dashboard.visit(name);
      if (name === "benchmark") {
        await dashboard.page.getByTestId("bench-run").click();
        await dashboard.page.getByTestId("bench-speedup").waitFor();
      }
      await dashboard.page.locator("main .spinner").first().waitFor({ state: "detached" });
      expect(await dashboard.violations(), name).toEqual([]);
      expect(await dashboard.overflow(), `${name} is wider than the screen`).toBeLessThanOrEqual(0);
    }
  });

  it("says what to do when a symbol, a range or a page has nothing", async () => {
    const dashboard = await open("?symbol=NOBODY");
    await dashboard.page.getByText("No trades of NOBODY in this range. Widen the range").waitFor();
    await dashboard.visit("dedup");
    await dashboard.page.getByText("No ticks of NOBODY. Check the symbol").waitFor();
  });

  it("asks for a key when the API wants one, and goes on with it", async () => {
    // The stack of this test is on loopback and wants none, so the answer to a missing key is the test's own.
    const dashboard = await openDashboard(browser, warehouse.outputs.dashboardUrl);
    opened.push(dashboard);
    await dashboard.page.route(/\/(symbols|bars|indicators|stream)(\?|$)/, (route) =>
      route.request().headers()["x-api-key"] === "the-key"
        ? route.continue()
        : route.fulfill({ status: 401, json: { detail: "Send the API key as X-API-Key." } }),
    );
    await dashboard.open(`?symbol=${SYMBOL}`);
    await dashboard.page.getByTestId("key-input").fill("the-key");
    await dashboard.page.keyboard.press("Enter");
    await dashboard.untilValue("last-close", minuteBars(SYMBOL)[0]?.close ?? "");
    expect(await dashboard.page.getByTestId("key-input").count()).toBe(0);
  });

  it("keeps showing data that has become stale, says so, and recovers by itself", async () => {
    const dashboard = await open(`?symbol=${SYMBOL}&page=dedup`);
    await dashboard.page.getByTestId("dedup-raw").waitFor();
    let refused = 0;
    await dashboard.page.route(/\/dedup\/raw_count/, (route) =>
      refused++ === 0
        ? route.fulfill({
            status: 429,
            headers: { "Retry-After": "1" },
            json: { detail: "Too many requests." },
          })
        : route.continue(),
    );
    await dashboard.page.getByTestId("dedup-run").click();
    await dashboard.page.getByTestId("problem").getByText("Too many requests.").waitFor();
    await dashboard.page.getByTestId("problem").waitFor({ state: "detached" });
    expect(refused).toBeGreaterThan(1);
  });
});

describe.skipIf(chromium === undefined || !takesPictures)("the README's pictures", () => {
  const symbol = hasSharedData(KRAKEN) ? "XBTUSDT" : SYMBOL;

  it.for([
    ["dashboard", `?symbol=${symbol}&theme=dark&indicators=vwap,bollinger:20:2,rsi:14,macd:12:26:9`],
    ["dashboard-light", `?symbol=${symbol}&theme=light&indicators=vwap,ema:20`],
    ["dashboard-tape", `?page=tape&symbol=${SYMBOL}&theme=dark`],
    ["dashboard-pipeline", "?page=pipeline&theme=dark"],
  ] as const)("%s", async ([name, query]) => {
    const dashboard = await open(query);
    await dashboard.page.locator("main .spinner").first().waitFor({ state: "detached" });
    await dashboard.page.waitForLoadState("load");
    if (name.includes("pipeline")) await dashboard.page.getByTestId("audit-verdict").waitFor();
    else if (name.includes("tape")) await dashboard.page.getByTestId("missing-TEST").waitFor();
    else await dashboard.page.locator("[data-testid^=value-]").first().waitFor();
    await dashboard.page.screenshot({ path: join(ROOT, "docs", `${name}.png`) });
  });
});

// Said loudly, and counted as skipped.
if (chromium === undefined)
  console.warn(
    "SKIPPED: there is no Chromium; the dashboard is not looked at (Debian: apt install chromium)",
  );
for (const file of [KRAKEN, BINANCE])
  if (!hasSharedData(file))
    console.warn(`SKIPPED: ${file} is not at ${SHARED_DATA}; generated ticks stand in for it`);
