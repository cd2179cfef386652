import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INDICATORS_PATTERN, parseIndicators } from "./parse.ts";

const names = (text: string) => {
  const parsed = parseIndicators(text);
  return "indicators" in parsed ? parsed.indicators.map(({ name }) => name) : parsed.problem;
};

describe("a list of indicators", () => {
  it.each([
    ["sma:20", ["sma:20"]],
    [
      "sma:20,ema:20,rsi:14,bollinger:20:2,macd:12:26:9,atr:14,vwap,rolling_vwap:20",
      ["sma:20", "ema:20", "rsi:14", "bollinger:20:2", "macd:12:26:9", "atr:14", "vwap", "rolling_vwap:20"],
    ],
    ["vwap,sma:1,vwap", ["vwap", "sma:1"]],
    ["bollinger:200:0.5", ["bollinger:200:0.5"]],
    ["bollinger:1:10", ["bollinger:1:10"]],
  ])("%s is read", (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it.each([
    ["", '""'],
    [",", '""'],
    ["sma", '"sma"'],
    ["sma:", '"sma:"'],
    ["sma:0", '"sma:0"'],
    ["sma:201", '"sma:201"'],
    ["sma:020", '"sma:020"'],
    ["sma:2.5", '"sma:2.5"'],
    ["sma:-3", '"sma:-3"'],
    ["sma:3:4", '"sma:3:4"'],
    ["rsi:1", '"rsi:1"'],
    ["SMA:20", '"SMA:20"'],
    ["vwap:3", '"vwap:3"'],
    ["bollinger:20", '"bollinger:20"'],
    ["bollinger:20:0", '"bollinger:20:0"'],
    ["bollinger:20:10.5", '"bollinger:20:10.5"'],
    ["macd:26:12:9", '"macd:26:12:9"'],
    ["macd:12:12:9", '"macd:12:12:9"'],
    ["constructor", '"constructor"'],
    ["sma:20, ema:20", '" ema:20"'],
    ["vwap,kama:3,sma:0", '"kama:3"'],
    [Array.from({ length: 11 }, (_, index) => `sma:${index + 1}`).join(","), "(not 11)"],
  ])("%s is refused, and what is wrong with it is named", (text, named) => {
    expect(names(text)).toContain(named);
    expect(names(text)).toMatch(/^1 to 10 of sma:n, .*whole numbers from 1 to 200/);
  });

  it("takes what the OpenAPI document says it takes, except a MACD whose fast is not below its slow", () => {
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(INDICATORS_PATTERN)), (text) => {
        const fine = [...text.matchAll(/macd:(\d+):(\d+)/g)].every(
          ([, fast, slow]) => Number(fast) < Number(slow),
        );
        expect(Array.isArray(names(text)), text).toBe(fine);
      }),
    );
  });
});
