import { expect, it } from "vitest";
import { addRound, allRuns, type Round } from "./rounds.ts";

const side = (...elapsedMs: number[]) => ({ elapsedMs, medianMs: 0, rowsRead: 0, bytesRead: 0 });
const round = (key: string, fast: number[], slow: number[]): Round => ({
  key,
  at: 0,
  answer: {
    symbol: "A",
    bars: 1,
    runs: 1,
    equal: true,
    difference: null,
    fast: side(...fast),
    slow: side(...slow),
    speedup: 1,
  },
});

it("gathers the runs of all rounds in order, and begins anew with another question", () => {
  const twice = addRound(addRound([], round("A", [1, 2], [10, 20])), round("A", [3], [30]));
  expect(allRuns(twice, "fast")).toEqual([1, 2, 3]);
  expect(allRuns(twice, "slow")).toEqual([10, 20, 30]);
  expect(addRound(twice, round("B", [9], [90]))).toHaveLength(1);
});
