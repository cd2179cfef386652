import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Figure, Size } from "../benchmark.ts";
import { thisMachine } from "./machine.ts";
import { type Run, readResults, withRun, writeResults } from "./results.ts";
import { goalsLine, tableRows } from "./text.ts";

const run = (figures: readonly Figure[], size: Size = "full"): Run => ({
  at: "2026-01-02T03:04:05.000Z",
  size,
  machine: thisMachine(),
  figures,
});
const FAST: Figure = {
  name: "p50",
  value: 7.123456,
  unit: "ms",
  spread: [6, 12_345.6],
  goal: { atMost: 10 },
};

describe("the results file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tickhouse-results-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("gives back what was written", () => {
    const file = join(folder, "deeper", "results.json");
    writeResults(file, { fast: run([FAST]) });
    expect(readResults(file)).toEqual({ fast: run([FAST]) });
  });

  it("is empty where there is none", () => expect(readResults(join(folder, "none.json"))).toEqual({}));

  it.each([
    ["[]", "it is no object"],
    ['{"machine":{},"results":{}}', "machine has no figures, machine or size"],
    ["{", "JSON"],
  ])("refuses %s and keeps it", (text, why) => {
    const file = join(folder, "results.json");
    writeFileSync(file, text);
    expect(() => readResults(file)).toThrow(why);
    expect(() => readResults(file)).toThrow(file);
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("keeps the other benchmarks' runs, in the bench's order", () => {
    const before = { gone: run([]), slow: run([FAST]), fast: run([]) };
    const after = withRun(before, "fast", run([FAST]), ["fast", "other", "slow"]);
    expect(Object.keys(after)).toEqual(["fast", "slow", "gone"]);
    expect(after).toEqual({ ...before, fast: run([FAST]) });
  });
});

it("tells the machine and the versions that were used", () => {
  const machine = thisMachine();
  expect(machine.node).toBe(process.version);
  expect(machine.clickhouse).toMatch(/^\d+\.\d+\./);
  expect(machine.kafka).toMatch(/^\d+\.\d+\.\d+$/);
  expect(machine.cores).toBeGreaterThan(0);
});

describe("the table", () => {
  const MISSED: Figure = { name: "ratio", value: 2, unit: "ratio", goal: { atLeast: 3 } };
  const INFORMS: Figure = { name: "rows", value: 10_000_000, unit: "rows" };

  it("has median, spread, goal, and whether it was met", () => {
    expect(tableRows({ fast: run([FAST, MISSED, INFORMS]) }).slice(1)).toEqual([
      ["fast", "p50", "7.123", "6 to 12,350", "ms", "≤ 10", "met"],
      ["fast", "ratio", "2", "", "ratio", "≥ 3", "NOT MET"],
      ["fast", "rows", "10,000,000", "", "rows", "", ""],
    ]);
    expect(goalsLine({ fast: run([FAST, MISSED, INFORMS]) })).toBe("1 of 2 goals met");
  });

  it("gives no verdict of a short run", () => {
    const results = { fast: run([FAST, MISSED], "short") };
    expect(tableRows(results).map((row) => row.at(-1))).toEqual([
      "met",
      ...Array(2).fill("short: says nothing"),
    ]);
    expect(tableRows(results).flat()).not.toContain("NOT MET");
    expect(goalsLine(results)).toContain("goals mean nothing");
  });
});
