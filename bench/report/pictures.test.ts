import { describe, expect, it } from "vitest";
import type { Figure } from "../benchmark.ts";
import { curvePicture, relativeCosts } from "./curvePicture.ts";
import { goalPicture, timesGoal } from "./goalPicture.ts";
import type { Results } from "./results.ts";

const MACHINE = { cpu: "c", cores: 2, memoryGb: 4, os: "o", node: "n", clickhouse: "26", kafka: "4" };
const of = (figures: readonly Figure[]): Results => ({
  it: { at: "2026-01-02T03:04:05.000Z", size: "full", machine: MACHINE, figures },
});
const point = (name: string, ticks: number, value: number, unit = "ms"): Figure => ({
  ...{ name: `${name} at ${ticks}`, value, unit },
  curve: { name, ticks },
});

describe("the picture of goals", () => {
  it("counts how many times as good as the goal a figure is", () => {
    expect(timesGoal(200, { atLeast: 100 })).toBe(2);
    expect(timesGoal(5, { atMost: 10 })).toBe(2);
    expect(timesGoal(50, { atLeast: 100 })).toBe(0.5);
  });

  it("shows every figure with a goal, and none without", () => {
    const svg = goalPicture(
      of([
        { name: "time of slow / fast", value: 123.456, unit: "ratio", goal: { atLeast: 100 } },
        { name: "fast <p50>", value: 20, unit: "ms", goal: { atMost: 10 } },
        { name: "informs only", value: 1, unit: "ms" },
      ]),
    );
    expect(svg).toMatch(/^<svg /);
    expect(svg).toContain("123.5 ratio (≥ 100)");
    expect(svg).toContain("20 ms (≤ 10, missed)");
    expect(svg).toContain("it: fast &lt;p50&gt;");
    expect(svg).not.toContain("informs only");
  });

  it("is not drawn without a goal", () =>
    expect(goalPicture(of([{ name: "a", value: 1, unit: "ms" }]))).toBeUndefined());
});

describe("the picture of growth", () => {
  it("holds each cost against that at the fewest ticks, and turns rates round", () => {
    const costs = relativeCosts([
      point("query", 100, 30),
      point("query", 1, 20),
      point("insert", 1, 500, "ticks/s"),
      point("insert", 100, 250, "ticks/s"),
      { name: "no point", value: 1, unit: "ms" },
    ]);
    expect([...costs]).toEqual([
      [
        "query",
        [
          [1, 1],
          [100, 1.5],
        ],
      ],
      [
        "insert",
        [
          [1, 1],
          [100, 2],
        ],
      ],
    ]);
  });

  it("draws a line for each curve", () => {
    const svg = curvePicture(
      of([
        point("fast query", 1e6, 5),
        point("fast query", 1e7, 6),
        point("audit", 1e6, 1),
        point("audit", 1e7, 1),
      ]),
    );
    expect(svg).toMatch(/^<svg /);
    for (const text of ["fast query", "audit", "ticks stored"]) expect(svg).toContain(text);
  });

  it("is not drawn without curves", () => expect(curvePicture(of([]))).toBeUndefined());
});
