import { describe, expect, it } from "vitest";
import { SYMBOL } from "../../support/dashboardFeed.ts";
import { PAGES } from "../../support/dashboardPage.ts";
import type { DashboardStack } from "../../support/dashboardStack.ts";

/** Accessibility, and what a page says when all is not well. */
export function everybodyTests(stack: DashboardStack): void {
  describe("for everybody", () => {
    const sizes = [
      { width: 360, height: 780 },
      { width: 1440, height: 900 },
    ];
    const cases = ["light", "dark"].flatMap((theme) => sizes.map((size) => [theme, size] as const));

    it.for(cases)("axe finds nothing wrong on any page, %s at %o", async ([theme, size]) => {
      const dashboard = await stack.open(`?symbol=${SYMBOL}&theme=${theme}&indicators=vwap,rsi:14`, size);
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
      const dashboard = await stack.open("?symbol=NOBODY");
      await dashboard.page.getByText("No trades of NOBODY in this range. Widen the range").waitFor();
      await dashboard.visit("dedup");
      await dashboard.page.getByText("No ticks of NOBODY. Check the symbol").waitFor();
    });

    it("asks for a key when the API wants one, and goes on with it", async () => {
      // The stack of this test is on loopback and wants none, so the answer to a missing key is the test's own.
      const dashboard = await stack.blank();
      await dashboard.page.route(/\/(symbols|bars|indicators|stream)(\?|$)/, (route) =>
        route.request().headers()["x-api-key"] === "the-key"
          ? route.continue()
          : route.fulfill({ status: 401, json: { detail: "Send the API key as X-API-Key." } }),
      );
      await dashboard.open(`?symbol=${SYMBOL}`);
      await dashboard.page.getByTestId("key-input").fill("the-key");
      await dashboard.page.keyboard.press("Enter");
      await dashboard.untilValue("last-close", stack.minuteBars(SYMBOL)[0]?.close ?? "");
      expect(await dashboard.page.getByTestId("key-input").count()).toBe(0);
    });

    it("keeps showing data that has become stale, says so, and recovers by itself", async () => {
      const dashboard = await stack.open(`?symbol=${SYMBOL}&page=dedup`);
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
}
