import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMicros, parseMicros } from "./time.ts";

const FIRST = parseMicros("1900-01-01T00:00:00Z") ?? 0n;
const LAST = parseMicros("2299-12-31T23:59:59.999999Z") ?? 0n;

describe("parseMicros", () => {
  it.each([
    ["1970-01-01T00:00:00Z", 0n],
    ["1970-01-01T00:00:00.000001Z", 1n],
    ["1970-01-01T00:00:00.5Z", 500_000n],
    ["1969-12-31T23:59:59.999999Z", -1n],
    ["2025-11-14T19:25:17.123456Z", 1_763_148_317_123_456n],
    ["2024-02-29T00:00:00Z", 1_709_164_800_000_000n],
  ])("reads %s", (text, micros) => {
    expect(parseMicros(text)).toBe(micros);
  });

  it.each([
    ["2025-02-29T00:00:00Z", "a day the year lacks"],
    ["2025-04-31T00:00:00Z", "a day the month lacks"],
    ["2025-01-01T24:00:00Z", "an hour of the next day"],
    ["2025-01-01T00:00:60Z", "a leap second"],
    ["2025-01-01T00:00:00.1234567Z", "nanoseconds that would be lost"],
    ["2025-01-01T00:00:00", "no zone"],
    ["2025-01-01T00:00:00+01:00", "another zone"],
    ["2025-01-01 00:00:00Z", "a blank for the T"],
    ["1899-12-31T23:59:59Z", "a year before the warehouse's"],
    ["2300-01-01T00:00:00Z", "a year after the warehouse's"],
    ["", "nothing"],
  ])("refuses %s: %s", (text) => {
    expect(parseMicros(text)).toBeUndefined();
  });

  it("does not answer a wrong time from the one before it", () => {
    expect(parseMicros("2025-02-30T00:00:00Z")).toBeUndefined();
    expect(parseMicros("2025-02-30T00:00:00.5Z")).toBeUndefined();
    expect(parseMicros("2025-02-28T00:00:00Z")).toBeDefined();
  });
});

describe("formatMicros", () => {
  it("gives back every microsecond that parseMicros reads", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: FIRST, max: LAST }), (micros) => {
        expect(parseMicros(formatMicros(micros))).toBe(micros);
      }),
    );
  });

  it("keeps the distance of any two times when both are shifted", () => {
    const half = (LAST - FIRST) / 2n;
    const time = fc.bigInt({ min: FIRST, max: FIRST + half });
    fc.assert(
      fc.property(time, time, fc.bigInt({ min: 0n, max: half }), (a, b, shift) => {
        const shifted = [a, b].map((micros) => parseMicros(formatMicros(micros + shift)) ?? 0n);
        expect((shifted[1] ?? 0n) - (shifted[0] ?? 0n)).toBe(b - a);
      }),
    );
  });
});
