import { expect, it } from "vitest";
import { KEPT, noteAnswer, type Query, summarizeRoutes } from "./history.ts";

const answered = (path: string, elapsedMs: number, rowsRead = 1) => ({
  path,
  roundTripMs: elapsedMs * 2,
  stats: { elapsedMs, rowsRead, bytesRead: 10 },
});

it("keeps the newest queries, and one route for all dead letters", () => {
  let history: readonly Query[] = [];
  for (let at = 0; at < KEPT + 5; at += 1) history = noteAnswer(history, answered("/bars", at), at);
  history = noteAnswer(history, answered("/dead-letters/0/1234/0", 1), KEPT + 5);
  expect(history).toHaveLength(KEPT);
  expect(history[0]?.at).toBe(6);
  expect(history.at(-1)?.route).toBe("/dead-letters/{place}");
});

it("leaves out answers that say nothing of a cost", () => {
  expect(noteAnswer([], { path: "/audit", roundTripMs: 1, stats: undefined }, 0)).toEqual([]);
});

it("sums up each route", () => {
  let history: readonly Query[] = [];
  for (const [path, ms, rows] of [
    ["/ticks", 5, 7],
    ["/bars", 1, 1],
    ["/bars", 3, 2],
    ["/bars", 2, 3],
  ] as const)
    history = noteAnswer(history, answered(path, ms, rows), 0);
  expect(summarizeRoutes(history)).toMatchObject([
    { route: "/bars", count: 3, totalMs: 6, p50Ms: 2, lastMs: 2, roundTripP50Ms: 4, rowsRead: 3 },
    { route: "/ticks", count: 1, totalMs: 5, p50Ms: 5, p99Ms: 5, rowsRead: 7 },
  ]);
});
