import { describe, expect, it } from "vitest";
import type { PipelineAnswer } from "../../api/types.ts";
import { KEPT_LOOKS, type Look, noteLook, stageState } from "./stageHistory.ts";

const answer = (seconds: number): PipelineAnswer => ({
  time: new Date(seconds * 1_000).toISOString(),
  partitions: [],
  buffer: { rows: 0 },
  stages: [{ name: "ingest", rate: seconds, lag: 0, lagUnit: null, latencyMs: null }],
  deadLetters: { total: 0, lastHour: 0, causes: [] },
  nodes: [],
  audit: null,
  problems: [],
});

it("notes each look once, and keeps the newest", () => {
  let history: readonly Look[] = [];
  for (let second = 1; second <= KEPT_LOOKS + 3; second += 1) {
    history = noteLook(history, answer(second));
    history = noteLook(history, answer(second));
  }
  expect(history).toHaveLength(KEPT_LOOKS);
  expect(history.at(-1)).toEqual({ at: KEPT_LOOKS + 3, rates: { ingest: KEPT_LOOKS + 3 } });
});

describe("stageState", () => {
  it.each([
    [{ rate: 0, lag: 0 }, "idle"],
    [{ rate: null, lag: null }, "idle"],
    [{ rate: 5, lag: 900 }, "busy"],
    [{ rate: 0, lag: 1_001 }, "behind"],
    // Ten seconds' worth of rows are on their way.
    [{ rate: 1_000, lag: 9_000 }, "busy"],
    [{ rate: 1_000, lag: 11_000 }, "behind"],
  ] as const)("of %o is %s", (stage, state) => {
    expect(stageState(stage)).toBe(state);
  });
});
