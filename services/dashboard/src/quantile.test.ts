import { expect, it } from "vitest";
import { quantile } from "./quantile.ts";

it.each([
  [[3, 1, 2], 0.5, 2],
  [[4, 1, 2, 3], 0.5, 2.5],
  [[1, 2, 3, 4, 5], 0.99, 4.96],
  [[7], 0.99, 7],
  [[1, 9], 0, 1],
  [[1, 9], 1, 9],
])("of %o at %d is %d", (values, q, expected) => {
  expect(quantile(values, q)).toBeCloseTo(expected, 12);
});

it("is no number without values", () => {
  expect(quantile([], 0.5)).toBeNaN();
});
