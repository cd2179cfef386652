import { expect, it } from "vitest";
import { percentile } from "./percentile.ts";

const HUNDRED = Array.from({ length: 100 }, (_, index) => 100 - index);

it.each([
  [0.5, 50],
  [0.99, 99],
  [1, 100],
  [0, 1],
])("the percentile %f of 1 to 100 is %i, whatever their order", (share, expected) => {
  expect(percentile(HUNDRED, share)).toBe(expected);
});

it("takes the next higher of few values", () => {
  expect(percentile([1, 2, 3], 0.99)).toBe(3);
});

it("refuses nothing", () => {
  expect(() => percentile([], 0.99)).toThrow("no values");
});
