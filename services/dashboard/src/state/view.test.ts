import { describe, expect, it } from "vitest";
import { DEFAULT_VIEW, hoursBefore, parseTime, readView, toInstant, type View, writeView } from "./view.ts";

describe("the page's URL", () => {
  it.each<[string, Partial<View>]>([
    ["?", {}],
    ["?symbol=BTC/USD", { symbol: "BTC/USD" }],
    ["?page=tape&symbol=A&from=2025-11-10T17:23", { page: "tape", symbol: "A", from: "2025-11-10T17:23" }],
    ["?interval=1h&indicators=sma:20,rsi:14", { interval: "1h", indicators: ["sma:20", "rsi:14"] }],
    ["?indicators=", { indicators: [] }],
    [
      "?page=benchmark&limit=500&runs=20&theme=light",
      { page: "benchmark", limit: 500, runs: 20, theme: "light" },
    ],
  ])("%s says the view and is said by it", (url, change) => {
    const view = { ...DEFAULT_VIEW, ...change };
    expect(writeView(view)).toBe(url);
    expect(readView(url)).toEqual(view);
  });

  it("takes the default for what it can't read", () => {
    const url = "?page=nowhere&interval=2m&from=yesterday&limit=-1&runs=21&theme=pink&other=1";
    expect(readView(url)).toEqual(DEFAULT_VIEW);
  });
});

describe("parseTime", () => {
  it.each([
    ["", ""],
    ["  ", ""],
    ["2025-11-10", "2025-11-10T00:00"],
    ["2025-11-10 17:23", "2025-11-10T17:23"],
    ["2025-11-10T17:23Z", "2025-11-10T17:23"],
    ["2025-11-10 17:23:59", "2025-11-10T17:23:59"],
    ["2024-02-29", "2024-02-29T00:00"],
    ["2025-02-29", undefined],
    ["2025-11-31 10:00", undefined],
    ["2025-11-10 25:00", undefined],
    ["10.11.2025", undefined],
    ["2025-11-10 17", undefined],
  ])("reads %o as %o", (typed, local) => {
    expect(parseTime(typed)).toBe(local);
  });
});

it("tells the API instants", () => {
  expect(toInstant("")).toBeUndefined();
  expect(toInstant("2025-11-10T17:23")).toBe("2025-11-10T17:23:00Z");
  expect(toInstant("2025-11-10T17:23:59")).toBe("2025-11-10T17:23:59Z");
});

it("goes back some hours, over midnight too", () => {
  expect(hoursBefore("2025-11-11T00:13:55.123456Z", 6)).toBe("2025-11-10T18:13");
  expect(hoursBefore("", 6)).toBe("");
});
