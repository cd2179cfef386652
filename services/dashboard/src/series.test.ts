import { describe, expect, it } from "vitest";
import type { Bar } from "./api.ts";
import { BarSeries, summarize } from "./series.ts";

const bar = (minute: number, close = 1, volume = 10): Bar => ({
  minute: `2025-11-10T10:${String(minute).padStart(2, "0")}:00Z`,
  open: 1,
  high: Math.max(2, close),
  low: 0.5,
  close,
  volume,
  vwap: close,
});
const minutes = (bars: readonly Bar[]) => bars.map(({ minute }) => Number(minute.slice(14, 16)));

describe("BarSeries", () => {
  it("turns the API's newest-first answer around and draws all of the first one", () => {
    const series = new BarSeries(10);
    expect(series.take([bar(2), bar(1)], true)).toEqual({ kind: "replace" });
    expect(minutes(series.bars)).toEqual([1, 2]);
  });

  it("draws nothing when nothing changed", () => {
    const series = new BarSeries(10);
    series.take([bar(2), bar(1)], true);
    expect(series.take([bar(2)], false)).toEqual({ kind: "none" });
    expect(series.take([bar(2), bar(1)], true)).toEqual({ kind: "none" });
  });

  it("draws the minute that grew and the one that is new, oldest first", () => {
    const series = new BarSeries(10);
    series.take([bar(2), bar(1)], true);
    const change = series.take([bar(3), bar(2, 1.5)], false);
    expect(change).toEqual({ kind: "update", bars: [bar(2, 1.5), bar(3)] });
    expect(minutes(series.bars)).toEqual([1, 2, 3]);
  });

  it("takes a late tick of an older minute from a whole answer", () => {
    const series = new BarSeries(10);
    series.take([bar(3), bar(1)], true);
    expect(series.take([bar(3), bar(2), bar(1)], true)).toEqual({ kind: "update", bars: [bar(2)] });
    expect(minutes(series.bars)).toEqual([1, 2, 3]);
  });

  it("drops the oldest beyond the limit", () => {
    const series = new BarSeries(2);
    series.take([bar(2), bar(1)], true);
    expect(series.take([bar(3), bar(2)], false)).toEqual({ kind: "replace" });
    expect(minutes(series.bars)).toEqual([2, 3]);
  });

  it("drops what a whole answer no longer has", () => {
    const series = new BarSeries(10);
    series.take([bar(2), bar(1)], true);
    expect(series.take([bar(2)], true)).toEqual({ kind: "replace" });
    expect(series.take([], true)).toEqual({ kind: "replace" });
    expect(series.last).toBeUndefined();
  });
});

describe("summarize", () => {
  it("weighs the VWAP by volume and compares the last close with the first open", () => {
    expect(summarize([bar(1, 2, 30), bar(2, 4, 10)])).toEqual({
      high: 4,
      low: 0.5,
      volume: 40,
      vwap: 2.5,
      change: 3,
      changeShare: 3,
    });
  });

  it("has nothing to say without bars", () => {
    expect(summarize([])).toBeUndefined();
  });
});
