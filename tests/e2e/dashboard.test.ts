import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { chromiumPath } from "../support/browser.ts";
import { BINANCE, DashboardStack, KRAKEN } from "../support/dashboardStack.ts";
import { hasSharedData, SHARED_DATA } from "../support/sharedData.ts";
import { chartTests } from "./dashboard/chart.ts";
import { everybodyTests } from "./dashboard/everybody.ts";
import { benchmarkTests, dedupTests, pipelineTests, queryTests } from "./dashboard/panels.ts";
import { takePictures } from "./dashboard/pictures.ts";
import { tapeTests } from "./dashboard/tape.ts";

// A running stack, its dashboard in real Chromium, and each number on it against a plain loop over what was sent.
const chromium = chromiumPath();

describe.skipIf(chromium === undefined)("the dashboard", () => {
  const stack = new DashboardStack();
  beforeAll(() => stack.start(chromium ?? ""));
  afterEach(() => stack.closePages());
  afterAll(() => stack.stop());

  chartTests(stack);
  tapeTests(stack);
  benchmarkTests(stack);
  dedupTests(stack);
  pipelineTests(stack);
  queryTests(stack);
  everybodyTests(stack);
  takePictures(stack);
});

// Said loudly, and counted as skipped.
if (chromium === undefined)
  console.warn(
    "SKIPPED: there is no Chromium; the dashboard is not looked at (Debian: apt install chromium)",
  );
for (const file of [KRAKEN, BINANCE])
  if (!hasSharedData(file))
    console.warn(`SKIPPED: ${file} is not at ${SHARED_DATA}; generated ticks stand in for it`);
