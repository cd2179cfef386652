import { expect, it } from "vitest";
import { type Look, latencies } from "./looks.ts";

const look = (atMs: number, newest: Record<string, number>): Look => ({
  atMs,
  newest: new Map(Object.entries(newest)),
});
const LOOKS = [look(100, { A: 1 }), look(200, { A: 3, B: 7 }), look(300, { A: 4, B: 7 })];

it("takes a tick's age at the first look that shows it, symbol by symbol", () => {
  const sent = [
    { symbol: "A", seqId: 1, dueMs: 90 },
    { symbol: "A", seqId: 2, dueMs: 95 },
    { symbol: "A", seqId: 4, dueMs: 150 },
    { symbol: "B", seqId: 7, dueMs: 10 },
  ];
  expect(latencies(LOOKS, sent)).toEqual([10, 105, 150, 190]);
});

it("refuses a tick that was never seen", () => {
  expect(() => latencies(LOOKS, [{ symbol: "A", seqId: 5, dueMs: 0 }])).toThrow("number 5 of A");
});
