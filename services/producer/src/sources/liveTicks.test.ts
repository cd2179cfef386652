import { describe, expect, it } from "vitest";
import { parseMicros } from "../time.ts";
import { resolveSymbols } from "./liveExchange.ts";
import { createLiveMapper, inOrder, tickSymbol, tradeSeqId } from "./liveTicks.ts";
import { eventMicros } from "./liveTime.ts";

const ms = Date.parse("2025-05-27T11:24:03.847Z");
const micros = parseMicros("2025-05-27T11:24:03.847761Z") ?? 0n;

describe("eventMicros", () => {
  it.each([
    ["Kraken's ISO time", { timestamp: "2025-05-27T11:24:03.847761Z", price: 1 }],
    ["nanoseconds as text", { time: `${micros}123` }],
    ["microseconds as a number", { ts: Number(micros) }],
    ["milliseconds with decimals", { create_time_ms: "1748345043847.761" }],
    ["seconds with decimals", ["109601.2", "0.04", "1748345043.847761", "b"]],
    ["nine decimals", { time: "2025-05-27T11:24:03.847761999Z" }],
  ])("uses %s", (_, info) => {
    expect(eventMicros(info, ms)).toBe(micros);
  });

  it.each([
    ["nothing finer", { T: ms, t: 83449369 }],
    ["another moment", { timestamp: "2025-05-27T11:24:09.847761Z", id: "1748345099847761" }],
    ["no message", undefined],
    ["a text", "1748345043847761"],
  ])("keeps ccxt's milliseconds with %s", (_, info) => {
    expect(eventMicros(info, ms)).toBe(BigInt(ms) * 1000n);
  });
});

describe("tradeSeqId", () => {
  it("keeps numbers up to 64 bits", () => {
    expect(tradeSeqId("83449369")).toBe(83449369n);
    expect(tradeSeqId("18446744073709551615")).toBe(2n ** 64n - 1n);
  });

  it("gives other ids a number that is the same everywhere and always", () => {
    // Known answer, from `printf 5c5b1f1a | sha256sum`.
    expect(tradeSeqId("5c5b1f1a")).toBe(0x9aae35c5b43667a4n);
    expect(tradeSeqId("18446744073709551616")).toBeLessThan(2n ** 64n);
    expect(tradeSeqId("a")).not.toBe(tradeSeqId("b"));
  });
});

describe("tickSymbol", () => {
  it.each([
    ["BTC/USDT", "BTCUSDT"],
    ["BTC/USDT:USDT", "BTCUSDT.USDT"],
    ["AAPL", "AAPL"],
  ])("writes %s as %s", (ccxt, tick) => {
    expect(tickSymbol(ccxt)).toBe(tick);
  });
});

describe("createLiveMapper trade", () => {
  const trade = { id: "7", timestamp: ms, side: "sell", price: 109601.2, amount: 5e-5 };

  it("maps every field", () => {
    const info = { timestamp: "2025-05-27T11:24:03.847761Z" };
    expect(createLiveMapper("kraken").trade({ ...trade, info }, "BTC/USDT")).toEqual({
      exchange: "KRAKEN",
      symbol: "BTCUSDT",
      event_time: "2025-05-27T11:24:03.847761Z",
      seq_id: 7n,
      event_type: "trade",
      price: 109601.2,
      size: 5e-5,
      side: "sell",
      source_version: 1,
    });
  });

  it("gives a trade without a side the tick rule's", () => {
    const mapper = createLiveMapper("x");
    const side = (price: number) => mapper.trade({ ...trade, side: undefined, price }, "A/B")?.side;
    expect([10, 11, 11, 10, 10, 12].map(side)).toEqual(["buy", "buy", "buy", "sell", "sell", "buy"]);
  });

  it("gives a trade without an id the same number each time", () => {
    const number = (amount: number) =>
      createLiveMapper("x").trade({ ...trade, id: undefined, amount }, "A/B")?.seq_id;
    expect(number(1)).toBe(number(1));
    expect(number(1)).not.toBe(number(2));
  });

  it.each(["price", "amount", "timestamp"])("leaves out a trade without %s", (field) => {
    expect(createLiveMapper("x").trade({ ...trade, [field]: undefined }, "A/B")).toBeUndefined();
  });
});

describe("inOrder", () => {
  it("puts trades of one message by microsecond, then by number", () => {
    const trade = (id: string, decimals: string) => ({
      id,
      timestamp: ms,
      info: { timestamp: `2025-05-27T11:24:03.${decimals}Z` },
    });
    const trades = [trade("10", "847761"), trade("9", "847761"), trade("11", "847001"), trade("8", "847999")];
    expect(inOrder(trades).map(({ id }) => id)).toEqual(["11", "9", "10", "8"]);
  });

  it("leaves trades of one moment alone when their ids are no numbers", () => {
    const trades = ["b", "a", "c"].map((id) => ({ id, timestamp: ms }));
    expect(inOrder(trades)).toEqual(trades);
  });
});

describe("createLiveMapper quote", () => {
  const quote = { timestamp: ms, bid: 100, bidVolume: 1.5, ask: 101, askVolume: 2 };

  it("makes a bid and an ask with one number and time", () => {
    const [bid, ask] = createLiveMapper("kraken").quote(quote, "BTC/USDT");
    expect(bid).toMatchObject({
      side: "buy",
      price: 100,
      size: 1.5,
      event_type: "quote",
      seq_id: BigInt(ms) * 1000n,
    });
    expect(ask).toEqual({ ...bid, side: "sell", price: 101, size: 2 });
  });

  it("sends a quote once, and again when a size changes", () => {
    const mapper = createLiveMapper("kraken");
    expect(mapper.quote(quote, "A/B")).toHaveLength(2);
    expect(mapper.quote({ ...quote, timestamp: ms + 5 }, "A/B")).toHaveLength(0);
    expect(mapper.quote({ ...quote, askVolume: 3 }, "A/B")).toHaveLength(2);
  });

  it("raises the number of a second quote at the same moment", () => {
    const mapper = createLiveMapper("kraken");
    const first = mapper.quote(quote, "A/B")[0]?.seq_id;
    expect(mapper.quote({ ...quote, bid: 99 }, "A/B")[0]?.seq_id).toBe(BigInt(first ?? 0) + 1n);
  });

  it("uses the exchange's update number, and the time of arrival where it tells none", () => {
    const mapper = createLiveMapper("binance", () => micros);
    const [bid] = mapper.quote({ ...quote, timestamp: undefined, info: { u: 7488717758 } }, "A/B");
    expect(bid).toMatchObject({ seq_id: 7488717758n, event_time: "2025-05-27T11:24:03.847761Z" });
  });

  it("sends the half that the exchange told", () => {
    const half = createLiveMapper("x").quote({ ...quote, ask: undefined, bidVolume: undefined }, "A/B");
    expect(half).toEqual([expect.objectContaining({ side: "buy", price: 100, size: 0 })]);
  });
});

describe("resolveSymbols", () => {
  const markets = {
    "BTC/USDT": { symbol: "BTC/USDT", spot: true },
    "BTC/USDT:USDT": { symbol: "BTC/USDT:USDT", spot: false },
    "ETH/USD": { symbol: "ETH/USD", spot: true },
  };

  it("accepts the exchange's names and the ticks' names, each market once", () => {
    const wanted = ["BTC/USDT", "btcusdt", "ETHUSD", "BTC/USDT:USDT"];
    expect(resolveSymbols("x", wanted, markets)).toEqual(["BTC/USDT", "ETH/USD", "BTC/USDT:USDT"]);
  });

  it("names all symbols that the exchange lacks, and some it has", () => {
    expect(() => resolveSymbols("x", ["ETHUSD", "DOGE/USD", "toString"], markets)).toThrow(
      /x has no DOGE\/USD, toString; accepted: .*BTC\/USDT/,
    );
  });
});
