import { describe, expect, it } from "vitest";
import type { Tick } from "../../../services/common/src/index.ts";
import { SYMBOL } from "../../support/dashboardFeed.ts";
import { BROKEN, type DashboardStack, KRAKEN } from "../../support/dashboardStack.ts";
import { latestTicks } from "../../support/exactLoop.ts";
import { hasSharedData } from "../../support/sharedData.ts";

/** Fast against slow. */
export function benchmarkTests(stack: DashboardStack): void {
  describe("benchmark", () => {
    it("runs both sides again and again, and says whether they agree", async () => {
      // A feed without doubles: the aggregates count each of them.
      const symbol = hasSharedData(KRAKEN) ? "XBTUSDT" : SYMBOL;
      const dashboard = await stack.open(`?page=benchmark&symbol=${symbol}&runs=4`);
      const answered = dashboard.page.waitForResponse(/\/benchmark\?/);
      await dashboard.page.getByTestId("bench-run").click();
      const answer = (await (await answered).json()) as {
        fast: { rowsRead: number; medianMs: number; elapsedMs: number[] };
        slow: { rowsRead: number };
      };
      await dashboard.untilValue("bench-equal", symbol === "XBTUSDT");
      await dashboard.untilValue("bench-bars", stack.minuteBars(symbol).length);
      expect(answer.fast.elapsedMs).toHaveLength(4);
      expect(await dashboard.value("bench-fast")).toBe(String(answer.fast.medianMs));
      expect(await dashboard.value("bench-slow-rows")).toBe(String(answer.slow.rowsRead));
      expect(answer.slow.rowsRead).toBeGreaterThan(0);
    });
  });
}

/** Counts and dropped ticks. */
export function dedupTests(stack: DashboardStack): void {
  describe("deduplication", () => {
    it("counts what came and what is kept, and tells of each tick that is not", async () => {
      const own = stack.sent.filter(({ symbol }) => symbol === SYMBOL);
      const kept = latestTicks(own).filter(({ event_type, size }) => event_type !== "trade" || size > 0);
      const dashboard = await stack.open(`?page=dedup&symbol=${SYMBOL}`);
      await dashboard.untilValue("dedup-raw", own.length);
      await dashboard.untilValue("dedup-final", kept.length);
      await dashboard.untilValue("dedup-removed", own.length - kept.length);

      const more = dashboard.page.getByTestId("more-button");
      let rows = await dashboard.untilRows("dropped", 100);
      while (await more.isVisible()) {
        const before = rows.length;
        await more.click();
        await expect
          .poll(async () => (await dashboard.rows("dropped")).length, { timeout: 60_000 })
          .toBeGreaterThan(before);
        rows = await dashboard.rows("dropped");
      }
      const reasons = { duplicate: 0, superseded: 0, busted: 0 };
      for (const { reason } of rows) reasons[reason as keyof typeof reasons] += 1;
      expect(reasons).toEqual(stack.feed.dropped);
    });
  });
}

/** Stages, audit, and dead letters. */
export function pipelineTests(stack: DashboardStack): void {
  describe("pipeline", () => {
    it("shows every stage, partition and node, and the audit's verdict", async () => {
      const dashboard = await stack.open("?page=pipeline");
      for (const stage of ["source", "ingest", "buffer", "ticks", "dedup", "bars"])
        await dashboard.page.getByTestId(`stage-${stage}`).waitFor();
      await dashboard.page.getByTestId("partitions").locator("tr").first().waitFor();
      expect(await dashboard.rows("nodes")).toHaveLength(stack.warehouse.outputs.clickhouse.length);
      const audit = (await (await fetch(`${stack.warehouse.outputs.apiUrl}/audit`)).json()) as {
        verdict: string;
      };
      await dashboard.untilValue("audit-verdict", audit.verdict);
      expect(audit.verdict).toBe("complete");
    });

    it("shows a dead letter, and sends it again once it is put right", async () => {
      const before = await stack.warehouse.finalCount(SYMBOL);
      const dashboard = await stack.open("?page=pipeline");
      const { page } = dashboard;
      const [letter] = await dashboard.untilRows("dead-letters", 1);
      await page.getByLabel(`Inspect ${letter?.["place"]}`).click();
      await expect.poll(() => page.getByTestId("letter-message").textContent()).toBe(BROKEN);
      expect(await page.getByTestId("letter-error").textContent()).toMatch(/price/);
      await page.getByRole("button", { name: "Replay…" }).click();
      await page.getByTestId("replay-text").fill(BROKEN.replace('"price":-1', '"price":1.5'));
      await page.getByTestId("replay-confirm").click();
      await dashboard.untilValue("replay-done", 1);
      await stack.warehouse.untilFinalCount(SYMBOL, before + 1);
      stack.sent.push({ ...(JSON.parse(BROKEN) as Tick), price: 1.5 });
    });
  });
}

/** The page’s own queries. */
export function queryTests(stack: DashboardStack): void {
  describe("query time", () => {
    it("counts this page's own queries by route", async () => {
      const dashboard = await stack.open(`?symbol=${SYMBOL}`);
      await dashboard.untilValue("bars-count", stack.minuteBars(SYMBOL).length);
      await dashboard.visit("dedup");
      await dashboard.untilValue("dedup-raw", stack.sent.filter(({ symbol }) => symbol === SYMBOL).length);
      await dashboard.page.getByTestId("dropped").waitFor();
      await dashboard.visit("queries");
      const rows = await dashboard.rows("routes");
      expect(rows.map(({ route }) => route)).toEqual(
        expect.arrayContaining(["/bars", "/dedup/final_count", "/dedup/raw_count", "/symbols"]),
      );
      for (const { route = "", count } of rows)
        expect(count, route).toBe(String(dashboard.answers.get(route)));
    });
  });
}
