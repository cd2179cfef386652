import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barAt } from "../testing/bars.ts";
import { BarSeries, summarize } from "./barSeries.ts";

const series = (...minutes: number[]) => {
  const made = new BarSeries();
  made.take(minutes.map((minute) => barAt(minute)));
  return made;
};
const minutesOf = ({ bars }: BarSeries) => bars.map(({ open }) => open);

describe("BarSeries", () => {
  it("draws everything at first, then only what changed", () => {
    const bars = new BarSeries();
    expect(bars.take([barAt(2), barAt(1)])).toEqual({ kind: "replace" });
    expect(minutesOf(bars)).toEqual([1, 2]);
    const grown = barAt(2, { close: 9, revision: 2 });
    expect(bars.take([barAt(3), grown, barAt(1)])).toEqual({ kind: "update", bars: [grown, barAt(3)] });
    expect(bars.take([barAt(3), grown])).toEqual({ kind: "none" });
    expect(bars.last).toEqual(barAt(3));
  });

  it("draws everything when older bars or one in between came, since a chart can't insert", () => {
    expect(series(5, 6).take([barAt(3), barAt(4)])).toEqual({ kind: "replace" });
    const gap = series(1, 3);
    expect(gap.take([barAt(2)])).toEqual({ kind: "replace" });
    expect(minutesOf(gap)).toEqual([1, 2, 3]);
  });

  it("keeps the higher revision, whichever comes first", () => {
    const bars = series(1);
    const corrected = barAt(1, { close: 7, revision: 3, state: "corrected" });
    bars.take([corrected]);
    expect(bars.take([barAt(1, { close: 5, revision: 2 })])).toEqual({ kind: "none" });
    expect(bars.at(corrected.time)).toEqual(corrected);
  });

  it("sees a bar become final, which is no new revision", () => {
    const bars = new BarSeries();
    bars.take([barAt(1), barAt(2, { state: "provisional" })]);
    expect(bars.firstProvisional?.open).toBe(2);
    expect(bars.take([barAt(2)]).kind).toBe("update");
    expect(bars.firstProvisional).toBeUndefined();
  });

  it("holds what a map of the highest revisions holds, in order, however bars come", () => {
    const arrival = fc.record({ minute: fc.nat(30), revision: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(fc.array(fc.array(arrival, { maxLength: 5 })), (answers) => {
        const bars = new BarSeries();
        const expected = new Map<number, number>();
        for (const answer of answers) {
          bars.take(
            answer.map(({ minute, revision }) => barAt(minute, { revision, close: minute * 100 + revision })),
          );
          for (const { minute, revision } of answer)
            expected.set(minute, Math.max(revision, expected.get(minute) ?? 0));
        }
        const sorted = [...expected].sort(([a], [b]) => a - b);
        expect(bars.bars.map(({ open, close }) => [open, close])).toEqual(
          sorted.map(([minute, revision]) => [minute, minute * 100 + revision]),
        );
      }),
    );
  });
});

describe("summarize", () => {
  it("gives the figures of the whole range", () => {
    const bars = [barAt(10, { volume: 1 }), barAt(20, { volume: 3, state: "corrected" })];
    expect(summarize(bars)).toEqual({
      high: 22,
      low: 9,
      volume: 4,
      vwap: (10.5 + 3 * 20.5) / 4,
      trades: 6,
      corrected: 1,
      change: 11,
      changeShare: 1.1,
    });
    expect(summarize([])).toBeUndefined();
  });
});
