import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyTrades, tradeOf } from "../testing/readTicks.ts";
import { INTERVALS, merge, nearest, openBars, timeOf, units } from "./barLoop.ts";

const MINUTE = 60_000_000n;

describe("openBars", () => {
  it("takes open and close by time, then number, then exchange", () => {
    const { micros } = tradeOf();
    const [bar] = openBars(
      [
        tradeOf({ exchange: "XDRB", price: 3 }),
        tradeOf({ micros: micros + 1n, seqId: 9n, price: 4 }),
        tradeOf({ micros: micros + 1n, seqId: 9n, exchange: "XDRB", price: 5 }),
        tradeOf({ price: 2 }),
        tradeOf({ seqId: 2n, price: 1 }),
      ],
      60,
    );
    expect(bar?.first.price).toBe(2);
    expect(bar?.last.price).toBe(5);
    expect([bar?.high, bar?.low, bar?.trades]).toEqual([5, 1, 5]);
  });

  it("begins bars at whole minutes, hours and days, and names them by their start", () => {
    const { micros } = tradeOf();
    const ticks = [
      tradeOf(),
      tradeOf({ micros: micros + 10n * MINUTE - 1n }),
      tradeOf({ micros: micros + 10n * MINUTE }),
    ];
    const times = (seconds: number) => openBars(ticks, seconds).map(timeOf);
    expect(times(60)).toEqual(["2025-02-08T23:50:00Z", "2025-02-08T23:59:00Z", "2025-02-09T00:00:00Z"]);
    expect(times(900)).toEqual(["2025-02-08T23:45:00Z", "2025-02-09T00:00:00Z"]);
    expect(times(86_400)).toEqual(["2025-02-08T00:00:00Z", "2025-02-09T00:00:00Z"]);
  });

  it("leaves busted trades, quotes and book events out, and makes no bar of them alone", () => {
    const bars = openBars(
      [tradeOf({ size: 0 }), tradeOf({ type: "quote", seqId: 2n }), tradeOf({ type: "book", seqId: 3n })],
      60,
    );
    expect(bars).toEqual([]);
  });

  it("adds what was bought and what was sold, and knows of trades that are neither", () => {
    const [bar] = openBars(
      [
        tradeOf({ size: 2 }),
        tradeOf({ size: 3, side: "sell", seqId: 2n }),
        tradeOf({ size: 4, side: "unknown", seqId: 3n }),
      ],
      60,
    );
    expect([bar?.units, bar?.bought, bar?.sold].map((sum) => nearest(sum ?? 0n))).toEqual([9, 2, 3]);
  });

  it("gives the same bars whatever the order of the ticks", () => {
    fc.assert(
      fc.property(anyTrades(), fc.infiniteStream(fc.nat()), (ticks, order) => {
        const other = shuffle(ticks, order);
        for (const seconds of Object.values(INTERVALS))
          expect(openBars(other, seconds)).toEqual(openBars(ticks, seconds));
      }),
    );
  });
});

describe("merge", () => {
  it("makes of the bars of the minutes, in any order, the very bar of their ticks", () => {
    fc.assert(
      fc.property(anyTrades(), fc.infiniteStream(fc.nat()), (ticks, order) => {
        for (const seconds of [300, 900, 3_600, 86_400]) {
          const length = BigInt(seconds) * 1_000_000n;
          const merged = new Map<bigint, ReturnType<typeof merge>>();
          for (const bar of shuffle(openBars(ticks, 60), order)) {
            const start = (bar.start / length) * length;
            const known = merged.get(start);
            merged.set(start, { ...(known === undefined ? bar : merge(known, bar)), start });
          }
          const sorted = [...merged.values()].sort((a, b) => (a.start < b.start ? -1 : 1));
          expect(sorted).toEqual(openBars(ticks, seconds));
        }
      }),
    );
  });
});

describe("nearest", () => {
  it.each([
    [units(0.1) + units(0.2), 0.3],
    [units(100), 100],
    [units(5646) + units(1e-7) - units(1e-7), 5646],
    [2_668_004_740_000_000_000n, 2.66800474],
  ])("takes %s to the nearest double", (sum, double) => {
    expect(nearest(sum)).toBe(double);
  });
});

function shuffle<T>(things: readonly T[], order: Iterable<number>): T[] {
  const numbers = order[Symbol.iterator]();
  return things
    .map((thing) => ({ thing, at: Number(numbers.next().value) }))
    .sort((a, b) => a.at - b.at)
    .map(({ thing }) => thing);
}

describe("units", () => {
  it.each([
    [100.1, 100_100_000_000_000_000_000n],
    [5646, 5_646_000_000_000_000_000_000n],
    [1e-18, 1n],
    [1.5e-18, 1n],
    [5e-324, 0n],
    [0.000_310_999_999_999_999_97, 310_999_999_999_999n],
    [9e14, 900_000_000_000_000_000_000_000_000_000_000n],
  ])("are those of %d as it was written", (value, expected) => {
    expect(units(value)).toBe(expected);
  });
});
