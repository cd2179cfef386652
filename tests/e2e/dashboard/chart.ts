import { describe, expect, it } from "vitest";
import type { Tick } from "../../../services/common/src/index.ts";
import { SYMBOL } from "../../support/dashboardFeed.ts";
import { type DashboardStack, KRAKEN } from "../../support/dashboardStack.ts";
import { exactBarsOf } from "../../support/exactLoop.ts";
import { writeTicks } from "../../support/replay.ts";
import { hasSharedData } from "../../support/sharedData.ts";

/** Bars, ranges, indicators, keys, and a trade that comes by itself. */
export function chartTests(stack: DashboardStack): void {
  describe("chart", () => {
    const symbols = [SYMBOL, ...(hasSharedData(KRAKEN) ? ["XBTUSDT"] : [])];

    it.for(symbols)("shows the bars of the file: %s", async (symbol) => {
      const expected = stack.minuteBars(symbol);
      const dashboard = await stack.open(`?symbol=${symbol}`);
      await dashboard.untilValue("bars-count", expected.length);
      await dashboard.untilValue("last-close", expected[0]?.close ?? "");
      expect(await dashboard.value("range-high")).toBe(String(Math.max(...expected.map(({ high }) => high))));
      expect(await dashboard.value("range-low")).toBe(String(Math.min(...expected.map(({ low }) => low))));
      const trades = expected.reduce((sum, bar) => sum + bar.trades, 0);
      expect(await dashboard.value("range-trades")).toBe(String(trades));

      await dashboard.page.getByTestId("bars-summary").click();
      const rows = await dashboard.untilRows("bars-table", Math.min(100, expected.length));
      const states = new Map(
        (await stack.warehouse.exactBars(symbol, "1m")).map((bar) => [bar.time, bar.state]),
      );
      rows.forEach((row, index) => {
        const bar = expected[index];
        for (const field of ["time", "open", "high", "low", "close", "volume", "vwap", "trades"] as const)
          expect(row[field], `${bar?.time} ${field}`).toBe(String(bar?.[field]));
        expect(row["state"]).toBe(states.get(bar?.time ?? ""));
      });
    });

    it("shows longer bars, and says so in the URL", async () => {
      const dashboard = await stack.open(`?symbol=${SYMBOL}`);
      await dashboard.untilValue("bars-count", stack.minuteBars(SYMBOL).length);
      await dashboard.page.getByLabel("5m", { exact: true }).check();
      await dashboard.untilValue("bars-count", exactBarsOf(stack.sent, SYMBOL, 300).length);
      expect(new URL(dashboard.page.url()).searchParams.get("interval")).toBe("5m");
      await dashboard.page.goBack();
      await dashboard.untilValue("bars-count", stack.minuteBars(SYMBOL).length);
    });

    it("shows a range, given by keyboard", async () => {
      const bars = stack.minuteBars(SYMBOL);
      const [from, to] = [bars[20]?.time ?? "", bars[5]?.time ?? ""];
      const dashboard = await stack.open(`?symbol=${SYMBOL}`);
      await dashboard.untilValue("bars-count", bars.length);
      await dashboard.page.getByTestId("from-input").fill(from.slice(0, 16).replace("T", " "));
      await dashboard.page.getByTestId("to-input").fill(to.slice(0, 16).replace("T", " "));
      await dashboard.page.keyboard.press("Enter");
      await dashboard.untilValue("bars-count", bars.filter(({ time }) => time >= from && time < to).length);
      await dashboard.untilValue("last-time", bars[6]?.time ?? "");
    });

    it("adds indicators, whose newest values are a plain loop's", async () => {
      const closes = stack.minuteBars(SYMBOL).map(({ close }) => close);
      const dashboard = await stack.open(`?symbol=${SYMBOL}&indicators=`);
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
      const bars = stack.minuteBars(SYMBOL);
      const dashboard = await stack.open("");
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
      const before = stack.minuteBars(SYMBOL);
      const dashboard = await stack.open(`?symbol=${SYMBOL}`);
      await dashboard.untilValue("last-close", before[0]?.close ?? "");
      await expect
        .poll(() => dashboard.page.getByTestId("status").textContent(), { timeout: 60_000 })
        .toBe("Live");
      const newest = stack.sent.filter(({ symbol }) => symbol === SYMBOL).map(({ event_time }) => event_time);
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
      stack.sent.push(tick);
      await stack.produce(writeTicks(stack.checkout, "one-more.jsonl", [tick]));
      await dashboard.untilValue("last-close", 321.25);
      await dashboard.untilValue("bars-count", before.length + 1);
    });
  });
}
