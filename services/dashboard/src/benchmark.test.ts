import { describe, expect, it } from "vitest";
import type { Bar } from "./api.ts";
import { compare, countDifferent, median } from "./benchmark.ts";

const bar = (minute: string, volume = 1): Bar => ({
  minute,
  open: 1,
  high: 1,
  low: 1,
  close: 1,
  volume,
  vwap: 1,
});

describe("median", () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
    [[100, 1, 1, 1, 1], 1],
  ])("of %j is %d", (values, middle) => {
    expect(median(values)).toBe(middle);
  });
});

describe("countDifferent", () => {
  it.each([
    ["equal answers", [bar("a"), bar("b")], [bar("a"), bar("b")], 0],
    ["a value that differs in its last bit", [bar("a", 0.1 + 0.2)], [bar("a", 0.3)], 1],
    ["a minute that only the first has", [bar("a"), bar("b")], [bar("a")], 1],
    ["a minute that only the second has", [bar("a")], [bar("a"), bar("b")], 1],
    ["two empty answers", [], [], 0],
  ])("counts %s", (_name, a, b, different) => {
    expect(countDifferent(a, b)).toBe(different);
  });
});

describe("compare", () => {
  it("runs both sides in turn, each first in every other round, and takes medians", async () => {
    const order: string[] = [];
    const comparison = await compare(
      async (side) => {
        order.push(side);
        const elapsedMs = order.length;
        return {
          bars: [bar("a", side === "fast" ? 1 : 2)],
          stats: { elapsedMs, rowsRead: 5, bytesRead: 6 },
          roundTripMs: elapsedMs * 2,
        };
      },
      3,
      () => {},
    );
    expect(order).toEqual(["fast", "slow", "slow", "fast", "fast", "slow"]);
    expect(comparison.fast).toEqual({ elapsedMs: 4, rowsRead: 5, bytesRead: 6, roundTripMs: 8 });
    expect(comparison.slow.elapsedMs).toBe(3);
    expect(comparison).toMatchObject({ bars: 1, different: 1 });
  });
});
