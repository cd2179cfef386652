import { join } from "node:path";
import { describe, it } from "vitest";
import { ROOT } from "../../../infra/targets/local/layout.ts";
import { SYMBOL } from "../../support/dashboardFeed.ts";
import { type DashboardStack, KRAKEN } from "../../support/dashboardStack.ts";
import { hasSharedData } from "../../support/sharedData.ts";

/** Only when told: a test run leaves the tree as it is. */
const takesPictures = process.env["TICKHOUSE_PICTURES"] === "1";

/** Takes the pictures of the README anew. */
export function takePictures(stack: DashboardStack): void {
  describe.runIf(takesPictures)("the README's pictures", () => {
    const symbol = hasSharedData(KRAKEN) ? "XBTUSDT" : SYMBOL;

    it.for([
      ["dashboard", `?symbol=${symbol}&theme=dark&indicators=vwap,bollinger:20:2,rsi:14,macd:12:26:9`],
      ["dashboard-light", `?symbol=${symbol}&theme=light&indicators=vwap,ema:20`],
      ["dashboard-tape", `?page=tape&symbol=${SYMBOL}&theme=dark`],
      ["dashboard-pipeline", "?page=pipeline&theme=dark"],
    ] as const)("%s", async ([name, query]) => {
      const dashboard = await stack.open(query);
      await dashboard.page.locator("main .spinner").first().waitFor({ state: "detached" });
      await dashboard.page.waitForLoadState("load");
      if (name.includes("pipeline")) await dashboard.page.getByTestId("audit-verdict").waitFor();
      else if (name.includes("tape")) await dashboard.page.getByTestId("missing-TEST").waitFor();
      else await dashboard.page.locator("[data-testid^=value-][data-value]").first().waitFor();
      if (!name.includes("pipeline")) await dashboard.page.getByTestId("status").getByText("Live").waitFor();
      await dashboard.page.screenshot({ path: join(ROOT, "docs", `${name}.png`) });
    });
  });
}
