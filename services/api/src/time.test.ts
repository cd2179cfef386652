import { describe, expect, it } from "vitest";
import { dateTimeMicros, parseInstant, startAtOrAfter } from "./time.ts";

describe("parseInstant", () => {
  it.each([
    ["2025-11-10", "2025-11-10T00:00:00.000Z"],
    ["2025-11-10T17:23Z", "2025-11-10T17:23:00.000Z"],
    ["2025-11-10T17:23:09.5Z", "2025-11-10T17:23:09.500Z"],
    ["2025-11-10T18:23:00+01:00", "2025-11-10T17:23:00.000Z"],
    ["2025-11-10T18:23:00 01:00", "2025-11-10T17:23:00.000Z"],
    ["2025-11-09T23:30:00-05:30", "2025-11-10T05:00:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
    ["1970-01-01", "1970-01-01T00:00:00.000Z"],
  ])("reads %s", (text, iso) => {
    expect(parseInstant(text)).toBe(Date.parse(iso) * 1000);
  });

  it("keeps microseconds", () => {
    expect(parseInstant("1970-01-01T00:00:01.000007Z")).toBe(1_000_007);
  });

  it.each([
    ["no zone", "2025-11-10T17:23:00"],
    ["a day that does not exist", "2025-02-30"],
    ["a month that does not exist", "2025-13-01"],
    ["hour 24", "2025-11-10T24:00:00Z"],
    ["nanoseconds", "2025-11-10T17:23:00.1234567Z"],
    ["before 1970", "1969-12-31"],
    ["before 1970 by its offset", "1970-01-01T00:00:00+01:00"],
    ["after 2105", "2106-01-01"],
    ["a Unix time", "1762795380"],
    ["nothing", ""],
    ["SQL", "2025-11-10' OR 1=1"],
  ])("refuses %s", (_name, text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});

describe("startAtOrAfter", () => {
  it.each([
    ["2025-11-10T17:23:00Z", 60, "2025-11-10 17:23:00"],
    ["2025-11-10T17:23:00.000001Z", 60, "2025-11-10 17:24:00"],
    ["2025-12-31T23:59:59.999999Z", 60, "2026-01-01 00:00:00"],
    ["2025-11-10T17:23:00Z", 3_600, "2025-11-10 18:00:00"],
    ["2025-11-10T00:00:00.000001Z", 86_400, "2025-11-11 00:00:00"],
  ])("moves %s, for bars of %i s, up to %s", (text, seconds, start) => {
    expect(startAtOrAfter(parseInstant(text) ?? Number.NaN, seconds)).toBe(start);
  });
});

describe("dateTimeMicros", () => {
  it.each([
    ["2025-11-10T17:23:00.123456Z", "2025-11-10 17:23:00.123456"],
    ["2025-11-10T17:23:00Z", "2025-11-10 17:23:00.000000"],
  ])("writes %s as %s", (text, written) => {
    expect(dateTimeMicros(parseInstant(text) ?? Number.NaN)).toBe(written);
  });
});
