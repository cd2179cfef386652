import { expect, it } from "vitest";
import { createLadder, spreadOf } from "./ladder.ts";

const bids = [
  { price: 99, size: 1 },
  { price: 98, size: 2 },
];
const asks = [
  { price: 101, size: 3 },
  { price: 102, size: 1 },
];

it("puts asks above bids, the best ones in the middle, with totals from the middle outwards", () => {
  expect(createLadder({ bids, asks })).toEqual([
    { side: "ask", price: 102, size: 1, total: 4, share: 1 },
    { side: "ask", price: 101, size: 3, total: 3, share: 0.75 },
    { side: "bid", price: 99, size: 1, total: 1, share: 0.25 },
    { side: "bid", price: 98, size: 2, total: 3, share: 0.75 },
  ]);
});

it("has room for an empty side", () => {
  expect(createLadder({ bids: [], asks: [] })).toEqual([]);
  expect(spreadOf({ bids, asks })).toBe(2);
  expect(spreadOf({ bids, asks: [] })).toBeUndefined();
});
