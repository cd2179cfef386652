import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatClock,
  formatCount,
  formatFigure,
  formatMs,
  formatPrice,
  formatRate,
  formatRatio,
  formatVolume,
  priceDecimals,
} from "./format.ts";

describe("numbers for people", () => {
  it.each([
    [formatMs(0.42), "0.42 ms"],
    [formatMs(12.34), "12.3 ms"],
    [formatMs(335.9), "336 ms"],
    [formatMs(1_240), "1.24 s"],
    [formatMs(250_000), "4 min 10 s"],
    [formatMs(12_000_000), "3 h 20 min"],
    [formatMs(86_400_000 * 14), "14 d"],
    [formatMs(Number.NaN), "–"],
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
    [formatVolume(0.000000123), "0.000000123"],
    [formatVolume(299.00151535), "299.002"],
    [formatVolume(1_240_000), "1.24M"],
    [formatPrice(103412.5, 2), "103,412.50"],
    [formatCount("18446744073709551615"), "18,446,744,073,709,551,615"],
    [formatCount(1_050_000), "1,050,000"],
    [formatFigure(0.0123456), "0.01235"],
    [formatFigure(1.2345e-7), "1.235e-7"],
    [formatFigure(0), "0"],
    [formatFigure(12_345.6), "12,346"],
    [formatRate(0.416), "0.42 rows/s"],
    [formatRate(1_234.5), "1,235 rows/s"],
    [formatClock("2025-11-10T17:23:00.123456Z"), "17:23:00.123"],
    [formatClock("2025-11-10T17:23:00Z"), "17:23:00"],
  ])("%s", (text, expected) => {
    expect(text).toBe(expected);
  });
});

describe("priceDecimals", () => {
  it.each([
    ["whole prices", [1, 2], 2],
    ["a fine tick", [1.5, 0.00012], 5],
    ["more than a chart can show", [0.123456789012], 8],
    ["no prices", [], 2],
  ])("for %s", (_name, prices, decimals) => {
    expect(priceDecimals(prices)).toBe(decimals);
  });
});
