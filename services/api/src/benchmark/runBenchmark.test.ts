import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BarRow } from "../queries/bars.ts";
import { firstDifference } from "./firstDifference.ts";
import { median } from "./median.ts";
import { runBenchmark } from "./runBenchmark.ts";

const bar = (minute: string, more: Partial<BarRow> = {}): BarRow => ({
  minute,
  open: 1,
  high: 2,
  low: 0.5,
  close: 1.5,
  volume: 10,
  vwap: 1.25,
  ...more,
});

describe("the difference of two answers", () => {
  const [newer, older] = [bar("2025-11-14T12:01:00Z"), bar("2025-11-14T12:00:00Z")];
  it("is none when every bit is the same", () => {
    expect(firstDifference([newer, older], [{ ...newer }, { ...older }])).toBeUndefined();
    expect(firstDifference([], [])).toBeUndefined();
  });

  it.each(["open", "high", "low", "close", "volume", "vwap"] as const)(
    "is seen in the last bit of %s",
    (field) => {
      const other = { ...older, [field]: older[field] * (1 + Number.EPSILON) };
      expect(firstDifference([newer, older], [newer, other])).toEqual({
        minute: older.minute,
        fast: older,
        slow: other,
      });
    },
  );

  it("names the newest minute that one side lacks, and null for that side", () => {
    const minute = newer.minute;
    expect(firstDifference([newer, older], [older])).toEqual({ minute, fast: newer, slow: null });
    expect(firstDifference([older], [newer, older])).toEqual({ minute, fast: null, slow: newer });
    expect(firstDifference([newer], [newer, older])).toEqual({
      minute: older.minute,
      fast: null,
      slow: older,
    });
  });
});

it("takes the middle of the times", () => {
  expect([median([3]), median([4, 1]), median([9, 1, 4])]).toEqual([3, 2.5, 4]);
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { minLength: 1 }), (times) => {
      const middle = median(times);
      expect(times.filter((time) => time < middle).length).toBeLessThanOrEqual(times.length / 2);
      expect(times.filter((time) => time > middle).length).toBeLessThanOrEqual(times.length / 2);
    }),
  );
});

describe("a benchmark", () => {
  const path = (name: string, order: string[], answers: readonly (readonly [number, BarRow[]])[]) => {
    let asked = 0;
    return async () => {
      order.push(name);
      const [elapsedMs, rows] = answers[asked++] ?? [Number.NaN, []];
      return { rows, stats: { elapsedMs, rowsRead: asked, bytesRead: asked * 10 } };
    };
  };
  const same = [bar("2025-11-14T12:00:00Z")];

  it("asks one path after the other, and the other one first in every second run", async () => {
    const order: string[] = [];
    const fast = path("fast", order, [
      [1, same],
      [4, same],
      [2, same],
    ]);
    const slow = path("slow", order, [
      [9, same],
      [30, same],
      [20, same],
    ]);
    expect(await runBenchmark(3, fast, slow)).toEqual({
      bars: 1,
      equal: true,
      difference: null,
      fast: { elapsedMs: [1, 4, 2], medianMs: 2, rowsRead: 3, bytesRead: 30 },
      slow: { elapsedMs: [9, 30, 20], medianMs: 20, rowsRead: 3, bytesRead: 30 },
      speedup: 10,
    });
    expect(order).toEqual(["fast", "slow", "slow", "fast", "fast", "slow"]);
  });

  it("is unequal when the answers of one run were, and has no speedup over no time", async () => {
    const other = [bar("2025-11-14T12:00:00Z", { volume: 11 })];
    const fast = path(
      "fast",
      [],
      [
        [0, same],
        [0, same],
      ],
    );
    const slow = path(
      "slow",
      [],
      [
        [1, other],
        [1, same],
      ],
    );
    const result = await runBenchmark(2, fast, slow);
    expect(result).toMatchObject({ equal: false, difference: { slow: { volume: 11 } }, speedup: null });
  });
});
