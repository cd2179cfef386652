import { describe, expect, it } from "vitest";
import { formatBytes, formatMs, formatPrice, formatRatio, formatVolume, priceDecimals } from "./format.ts";

const closes = (...values: number[]) =>
  values.map((close) => ({ minute: "", open: 1, high: 1, low: 1, close, volume: 1, vwap: 1 }));

describe("numbers for people", () => {
  it.each([
    [formatMs(0.42), "0.42 ms"],
    [formatMs(12.34), "12.3 ms"],
    [formatMs(335.9), "336 ms"],
    [formatMs(1240), "1.24 s"],
    [formatBytes(0), "0 B"],
    [formatBytes(999), "999 B"],
    [formatBytes(1000), "1.0 KB"],
    [formatBytes(42_655_520), "42.7 MB"],
    [formatBytes(2.5e15), "2500 TB"],
    [formatRatio(16.25), "16.3×"],
    [formatRatio(1367.16), "1,367×"],
    [formatRatio(Number.POSITIVE_INFINITY), "–"],
    [formatRatio(Number.NaN), "–"],
    [formatVolume(0.00000123), "0.00000123"],
    [formatVolume(299.00151535), "299.002"],
    [formatVolume(1_240_000), "1.24M"],
    [formatPrice(103412.5, 2), "103,412.50"],
  ])("%s", (text, expected) => {
    expect(text).toBe(expected);
  });
});

describe("priceDecimals", () => {
  it.each([
    ["whole prices", closes(1, 2), 2],
    ["a fine tick", closes(1.5, 0.00012), 5],
    ["more than a chart can show", closes(0.123456789012), 8],
    ["no bars", [], 2],
  ])("for %s", (_name, bars, decimals) => {
    expect(priceDecimals(bars)).toBe(decimals);
  });
});
