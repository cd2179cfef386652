import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../tools/paths.ts";
import { ensurePythonEnv } from "../../tools/pythonEnv.ts";
import { temporaryFolder } from "../support/folder.ts";
import { asLines, type SmallWarehouse, startSmallWarehouse } from "../support/smallWarehouse.ts";
import { makeFeed } from "../support/ticks.ts";

/** Cases of each operation, so that all of them together pass the number below. */
const CASES_PER_OPERATION = 600;
const CASES = 10_000;
/** OpenAPI can't tell of rules between parameters (`to` after `from`), so a request that it allows may be refused. */
const UNTOLD = "positive_data_acceptance";
const CONFIG = join(ROOT, "tools", "python", "schemathesis.toml");
const DEADLINE_MS = 1_200_000;

const python = await ensurePythonEnv();
let warehouse: SmallWarehouse;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  folder = temporaryFolder("contract");
  warehouse = await startSmallWarehouse();
  const feed = { exchange: "XNAS", trades: 300, startMicros: 1_763_121_600_000_000n, seed: 5 };
  await warehouse.send([...asLines(makeFeed({ ...feed, symbols: ["AAPL", "MSFT"] })), "this is no tick"]);
});
afterAll(async () => {
  await warehouse?.stop();
  folder?.remove();
});

/**
 * Every answer to generated requests, right and wrong ones, is one that the OpenAPI document tells of, and none is a
 * failure of the server. A wrong request has to be refused and a right one answered.
 */
describe.skipIf(python === undefined)("the API keeps to its OpenAPI document", () => {
  it(
    `in ${CASES} generated requests and more`,
    async () => {
      const report = join(folder.path, "report.json");
      const run = await execa(
        join(python?.bin ?? "", "st"),
        [
          ...[
            "--config-file",
            CONFIG,
            "run",
            `${warehouse.api.url}/openapi.json`,
            "--exclude-checks",
            UNTOLD,
          ],
          // It has no end; its wrong requests are tested beside it.
          ...["--exclude-path", "/stream"],
          ...["--phases", "examples,coverage,fuzzing", "--max-examples", String(CASES_PER_OPERATION)],
          ...["--seed", "20261124", "--generation-deterministic", "--no-color", "--continue-on-failure"],
          ...["--report", "json", "--report-json-path", report],
        ],
        { cwd: folder.path, reject: false, all: true },
      );
      expect(run.exitCode, run.all).toBe(0);
      const { test_cases, complete } = JSON.parse(readFileSync(report, "utf8"));
      expect(complete, run.all).toBe(true);
      expect(test_cases.generated, run.all).toBeGreaterThanOrEqual(CASES);
    },
    DEADLINE_MS,
  );
});
