import { expect, it } from "vitest";
import { type BarRow, type BarsRange, readBarsWithWarmUp } from "./readBars.ts";

const NOON = Date.UTC(2025, 10, 14, 12) * 1_000;
const MINUTE = 60_000_000;

const barAt = (micros: number): BarRow => ({
  time: new Date(micros / 1_000).toISOString().replace(".000", ""),
  open: 1,
  high: 1,
  low: 1,
  close: 1,
  volume: 1,
  vwap: 1,
});

/** A history of bars at these minutes after noon, and what was asked of it. */
function history(minutes: readonly number[]) {
  const asked: BarsRange[] = [];
  const bars = minutes.map((minute) => barAt(NOON + minute * MINUTE)).reverse();
  const read = async (range: BarsRange) => {
    asked.push(range);
    const at = ({ time }: BarRow) => Date.parse(time) * 1_000;
    const rows = bars
      .filter((bar) => at(bar) >= (range.from ?? 0) && at(bar) < (range.to ?? Number.POSITIVE_INFINITY))
      .slice(0, range.limit);
    return { rows, stats: { elapsedMs: 1, rowsRead: 10, bytesRead: 100 } };
  };
  return { asked, read };
}

const range = { symbol: "A", interval: "1m", limit: 2 } as const;
const times = (bars: readonly BarRow[]) => bars.map(({ time }) => time.slice(11, 16));

it("reads the bars before the range, oldest first, and adds up what both reads cost", async () => {
  const { asked, read } = history([0, 500, 1_000, 1_001, 1_002]);
  const from = NOON + 1_001 * MINUTE;
  const { bars, first, stats } = await readBarsWithWarmUp(read, { ...range, from }, 2);
  expect(times(bars)).toEqual(["20:20", "04:40", "04:41", "04:42"]);
  expect(first).toBe(2);
  expect(asked[1]).toMatchObject({ from: undefined, to: from, limit: 2 });
  expect(stats).toEqual({ elapsedMs: 2, rowsRead: 20, bytesRead: 200 });
});

it("begins with the first bar that there is", async () => {
  const { read } = history([7, 8, 9]);
  expect((await readBarsWithWarmUp(read, range, 100)).first).toBe(1);
});

it.each([0, 5])("asks once for an empty range, with %i bars before", async (before) => {
  const { asked, read } = history([]);
  expect(await readBarsWithWarmUp(read, range, before)).toMatchObject({ bars: [], first: 0 });
  expect(asked).toHaveLength(1);
});

it("asks once where no bar before is needed", async () => {
  const { asked, read } = history([1, 2, 3]);
  expect(times((await readBarsWithWarmUp(read, range, 0)).bars)).toEqual(["12:02", "12:03"]);
  expect(asked).toHaveLength(1);
});
