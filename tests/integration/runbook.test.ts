import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROOT } from "../../infra/targets/local/layout.ts";
import { type Engine, startEngine } from "../support/engine.ts";

// What the runbook says to ask a ClickHouse node, asked of a real one.
let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const runbook = readFileSync(join(ROOT, "docs", "runbook.md"), "utf8");
const blocks = [...runbook.matchAll(/^```sql\n(.*?)^```/gms)].map(([, sql = ""]) => sql);
const inline = [...runbook.matchAll(/`((?:SELECT|ATTACH|DETACH) [^`]+)`/g)].map(([, sql = ""]) => sql);
const statements = [...blocks.flatMap((block) => block.split("\n")), ...inline]
  .map((line) => line.replace(/;.*$/, "").trim())
  .filter((line) => line !== "");
/** Of replicated tables, which the embedded engine has none of. */
const replicated = statements.filter((sql) => sql.startsWith("SYSTEM RE"));

it.each(statements.filter((sql) => !replicated.includes(sql)))("%s", async (sql) => {
  await engine.exec(sql);
});

it("leaves out what only a replicated table takes", () => {
  console.warn(`SKIPPED: not run, there is no replicated table here: ${replicated.join("; ")}`);
  expect(statements.length - replicated.length).toBeGreaterThanOrEqual(8);
  expect(replicated).toHaveLength(2);
});
