import { expect, it } from "vitest";
import { findSymbols } from "./symbols.ts";

const known = ["ETH/BTC", "BTC/USD", "btcusdt", "AAPL"].map((symbol) => ({
  symbol,
  exchanges: [],
  ticks: 1,
  trades: 1,
  firstEventTime: "",
  lastEventTime: "",
}));
const found = (text: string) => findSymbols(known, text).map(({ symbol }) => symbol);

it("finds symbols by any part and in any case, those that begin with it first", () => {
  expect(found("btc")).toEqual(["BTC/USD", "btcusdt", "ETH/BTC"]);
  expect(found(" aap ")).toEqual(["AAPL"]);
  expect(found("")).toHaveLength(4);
  expect(found("XRP")).toEqual([]);
});
