import { describe, expect, it } from "vitest";
import { moment, objectText, wholeNumber } from "./options.ts";

describe("an option's value", () => {
  it.each([
    ["2025-11-14T19:25:17Z", "2025-11-14T19:25:17.000Z"],
    ["2025-11-14T19:25:17", "2025-11-14T19:25:17.000Z"],
    ["2025-11-14T19:25:17.5+02:00", "2025-11-14T17:25:17.500Z"],
    ["2025-11-14T19:25-0530", "2025-11-15T00:55:00.000Z"],
    ["2025-11-14", "2025-11-14T00:00:00.000Z"],
  ])("%s is a moment", (text, iso) => expect(moment(text).toISOString()).toBe(iso));

  it.each(["", "yesterday", "1763148317", "2025-13-01", "14 Nov 2025"])("%j is none", (text) => {
    expect(() => moment(text)).toThrow("accepted: a UTC time or day");
  });

  it("is a whole number in a range", () => {
    expect([wholeNumber(1, 20)("1"), wholeNumber(1, 20)("20")]).toEqual([1, 20]);
    for (const text of ["", "0", "21", "-1", "1.5", "x"])
      expect(() => wholeNumber(1, 20)(text)).toThrow("accepted: a whole number from 1 to 20");
  });

  it("is a JSON object in one line, as it was written", () => {
    expect(objectText('{"price": 1.50}')).toBe('{"price": 1.50}');
    for (const text of ["", "{", "[1]", "null", "5", '{"a":\n1}'])
      expect(() => objectText(text)).toThrow("accepted: a tick as one JSON object in one line");
  });
});
