import { expect, it } from "vitest";
import { type Entry, noteAnswer } from "./queryLog.ts";

const answered = (path: string, elapsedMs: number) => ({
  path,
  roundTripMs: 1,
  stats: { elapsedMs, rowsRead: 1, bytesRead: 1 },
});

it("keeps one row for each path with its latest figures, in place", () => {
  let entries: readonly Entry[] = [];
  entries = noteAnswer(entries, answered("/symbols", 1), "10:00:00");
  entries = noteAnswer(entries, answered("/backtest/fast", 2), "10:00:01");
  entries = noteAnswer(entries, answered("/symbols", 3), "10:00:02");
  expect(entries.map(({ path, at, answers, stats }) => [path, at, answers, stats.elapsedMs])).toEqual([
    ["/symbols", "10:00:02", 2, 3],
    ["/backtest/fast", "10:00:01", 1, 2],
  ]);
});
