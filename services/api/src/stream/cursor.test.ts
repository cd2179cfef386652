import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INTERVAL_NAMES } from "../intervals.ts";
import { type Cursor, cursorText, MAX_SENT, parseCursor } from "./cursor.ts";

const places = fc.array(
  fc.record({ offset: fc.bigInt(0n, 2n ** 64n - 1n), line: fc.integer({ min: 0, max: 10_000 }) }),
  { maxLength: 8 },
);
const bars = fc.record({
  interval: fc.constantFrom(...INTERVAL_NAMES),
  known: fc.integer({ min: 0, max: 4_000_000_000_000_000 }),
  sent: fc.array(
    fc.record({
      symbol: fc.stringMatching(/^[A-Za-z0-9._:/-]{1,32}$/),
      start: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      revision: fc.integer({ min: 1, max: 1_000_000 }),
    }),
    { maxLength: MAX_SENT },
  ),
});
const cursor: fc.Arbitrary<Cursor> = fc
  .record({ ticks: fc.option(places, { nil: undefined }), bars: fc.option(bars, { nil: undefined }) })
  .filter(({ ticks, bars }) => ticks !== undefined || bars !== undefined);

describe("the id of an event", () => {
  it("is read back as it was written, and fits into a header", () => {
    fc.assert(
      fc.property(cursor, (given) => {
        const text = cursorText(given);
        expect(text).toMatch(/^[\x21-\x7e]+$/);
        expect(parseCursor(text)).toEqual({ ticks: given.ticks, bars: given.bars });
      }),
    );
  });

  it("is short", () => {
    const ticks = [7_000_000, 7_100_000, 6_900_000, 7_050_000].map((offset) => ({
      offset: BigInt(offset),
      line: 0,
    }));
    expect(cursorText({ ticks })).toHaveLength(25);
  });

  it.each([
    "",
    "x",
    "t=",
    "b=",
    "t=!",
    "t=1.2.3",
    "t=zzzzzzzzzzzzz",
    "b=2m,1",
    "b=1m",
    "b=1m,1,AAPL",
    "b=1m,1,A@1.2;t=1",
  ])("is refused when it is %j and never was one", (text) => {
    const parsed = parseCursor(text);
    // An empty list of places is what a stream over an empty topic has.
    if (text === "t=") expect(parsed).toEqual({ ticks: [], bars: undefined });
    else expect(parsed).toBeUndefined();
  });

  it("leaves out the oldest bars beyond the most that it names", () => {
    const sent = Array.from({ length: MAX_SENT + 5 }, (_, index) => ({
      symbol: "A",
      start: index,
      revision: 1,
    }));
    const parsed = parseCursor(cursorText({ bars: { interval: "1m", known: 1, sent } }));
    expect(parsed?.bars?.sent).toEqual(sent.slice(5));
  });
});
