import { describe, expect, it } from "vitest";
import { bookLoop } from "../../support/bookLoop.ts";
import { SYMBOL } from "../../support/dashboardFeed.ts";
import { datasets } from "../../support/dashboardPage.ts";
import type { DashboardStack } from "../../support/dashboardStack.ts";
import { latestTicks } from "../../support/exactLoop.ts";

/** Trades, quotes, book and microstructure. */
export function tapeTests(stack: DashboardStack): void {
  describe("tape and book", () => {
    it("shows the newest trades, quotes and the book of the file", async () => {
      const dashboard = await stack.open(`?page=tape&symbol=${SYMBOL}`);
      const ticks = latestTicks(stack.sent)
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

      const [book] = bookLoop(stack.sent, SYMBOL, "9999", 10);
      await dashboard.untilValue("missing-TEST", book?.missing.count ?? "");
      const ladder = dashboard.page.getByTestId("book-TEST").locator("tbody tr");
      const levels = await datasets(ladder);
      expect(levels.map(({ side, price, size }) => [side, price, size])).toEqual([
        ...(book?.asks ?? []).toReversed().map(({ price, size }) => ["ask", String(price), String(size)]),
        ...(book?.bids ?? []).map(({ price, size }) => ["bid", String(price), String(size)]),
      ]);
    });

    it("shows the microstructure that the API computes", async () => {
      const dashboard = await stack.open(`?page=tape&symbol=${SYMBOL}`);
      const figures = dashboard.page
        .getByTestId("microstructure")
        .locator("tr")
        .first()
        .locator("[data-figure]");
      await figures.first().waitFor();
      const response = await fetch(
        `${stack.warehouse.outputs.apiUrl}/microstructure?symbol=${SYMBOL}&interval=1m&limit=1`,
      );
      const { buckets } = (await response.json()) as { buckets: Record<string, number | null>[] };
      const shown = await datasets(figures);
      expect(shown.length).toBeGreaterThan(1);
      for (const { figure = "", value } of shown) expect(Number(value), figure).toBe(buckets[0]?.[figure]);
    });
  });
}
