import { describe, expect, it } from "vitest";
import { DEFAULT_LIMIT, hoursBefore, readInputs, toParameters, writeInputs } from "./inputs.ts";

const inputs = { symbol: "BTC/USD", from: "2025-11-10T17:23", to: "2025-11-11T00:00", limit: 50 };

describe("the page's URL", () => {
  it("keeps the inputs", () => {
    expect(readInputs(writeInputs(inputs))).toEqual(inputs);
  });

  it("stays short while nothing differs from the defaults", () => {
    expect(writeInputs({ symbol: "AAPL", from: "", to: "", limit: DEFAULT_LIMIT })).toBe("?symbol=AAPL");
  });

  it("escapes what would end a parameter", () => {
    const odd = { ...inputs, symbol: "A&b=c" };
    expect(readInputs(writeInputs(odd))).toEqual(odd);
  });

  it.each(["", "?limit=many&from=soon", "?limit=-3", "?limit=1.5"])("gives defaults for %j", (search) => {
    expect(readInputs(search)).toEqual({ symbol: "", from: "", to: "", limit: DEFAULT_LIMIT });
  });
});

it("asks the API in UTC, and leaves out what is open", () => {
  expect(toParameters(inputs)).toEqual({
    symbol: "BTC/USD",
    from: "2025-11-10T17:23:00Z",
    to: "2025-11-11T00:00:00Z",
    limit: 50,
  });
  expect(toParameters({ ...inputs, from: "", to: "" })).toMatchObject({ from: undefined, to: undefined });
});

it("goes back some hours from the newest tick", () => {
  expect(hoursBefore("2025-11-10T20:59:59.976600Z", 6)).toBe("2025-11-10T14:59");
  expect(hoursBefore("", 6)).toBe("");
});
