import { describe, expect, it } from "vitest";
import {
  INDICATOR_KINDS,
  INDICATOR_NAMES,
  MAX_INDICATORS,
  parseIndicator,
  parseIndicators,
  writeIndicator,
} from "./indicators.ts";
import { lineValue } from "./indicatorValues.ts";

describe("parseIndicator", () => {
  it.each([
    ["sma:20", "SMA 20"],
    ["vwap", "VWAP, session"],
    ["macd:12:26:9", "MACD 12 26 9"],
    ["bollinger:20:2.5", "Bollinger 20 2.5"],
  ])("reads %s", (id, title) => {
    expect(parseIndicator(id)).toMatchObject({ id, title });
  });

  it.each(["", "sma", "sma:0", "sma:x", "sma:20:2", "magic:3", "vwap:1"])("does not know %o", (id) => {
    expect(parseIndicator(id)).toBeUndefined();
  });

  it("reads what the menu writes, for every kind", () => {
    for (const name of INDICATOR_NAMES) {
      const id = writeIndicator(
        name,
        INDICATOR_KINDS[name].parameters.map(({ initial }) => initial),
      );
      expect(parseIndicator(id)?.id, id).toBe(id);
    }
  });
});

it("takes each indicator of a URL once, and no more than the API does", () => {
  const many = Array.from({ length: 20 }, (_, index) => `sma:${index + 1}`);
  expect(parseIndicators(["sma:1", "nonsense", ...many])).toHaveLength(MAX_INDICATORS);
});

it.each([
  [5, "", 5],
  [5, "upper", undefined],
  [null, "", undefined],
  [undefined, "", undefined],
  [{ upper: 7, middle: 6, lower: 5 }, "upper", 7],
  [{ upper: 7, middle: 6, lower: 5 }, "macd", undefined],
])("of the value %o the line %o is %o", (value, key, expected) => {
  expect(lineValue(value, key)).toBe(expected);
});
