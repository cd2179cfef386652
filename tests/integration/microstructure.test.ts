import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { INTERVALS, type Interval } from "../../services/api/src/intervals.ts";
import type { Tick } from "../../services/common/src/index.ts";
import { type BarsEngine, startBarsEngine } from "../support/barsEngine.ts";
import { type Bucket, microstructureLoop } from "../support/microstructureLoop.ts";
import { hasSharedData, SHARED_DATA } from "../support/sharedData.ts";
import { isoMicros, makeFeed, parseTicks } from "../support/ticks.ts";

const FILES = { XBTUSDT: "kraken-xbtusdt-trades.jsonl", BTCUSDT: "binance-btcusdt-trades-quotes.jsonl" };
for (const [symbol, file] of Object.entries(FILES))
  if (!hasSharedData(file))
    console.warn(`\n*** LEFT OUT: figures of ${symbol}: there is no ${file} in ${SHARED_DATA} ***\n`);

const START = 1_763_121_600_000_000n;
const ALL = Object.keys(INTERVALS) as Interval[];

/** Two exchanges over a midnight, quotes beside each tenth trade, with corrections, busted trades and repetitions. */
const made = (() => {
  const day = { symbols: ["MADE"], trades: 3_000, startMicros: START + 41_400_000_000n };
  const clean = ["XNAS", "XNYS"]
    .flatMap((exchange, index) => makeFeed({ ...day, exchange, seed: 21 + index }))
    .map((tick) => (tick.event_type === "quote" ? varied(tick) : tick));
  const corrected = clean
    .filter((_, index) => index % 30 === 0)
    .map((tick, index) => ({
      ...tick,
      source_version: 2,
      price: tick.price + 0.03,
      size: index % 3 === 0 ? 0 : tick.size + 0.5,
    }));
  return [...corrected, ...clean, ...clean.slice(0, 200)];
})();

/** Quotes whose spread and sizes change, which those of the feed do not. */
function varied(tick: Tick): Tick {
  const step = (Number(tick.seq_id) / 10) % 7;
  const wider = tick.side === "sell" ? step / 100 : 0;
  return { ...tick, price: tick.price + wider, size: tick.size + (tick.side === "buy" ? step : 2 * step) };
}

const feeds: [string, Tick[]][] = [
  ...Object.entries(FILES)
    .filter(([, file]) => hasSharedData(file))
    .map(([symbol, file]): [string, Tick[]] => [
      symbol,
      parseTicks(readFileSync(join(SHARED_DATA, file), "utf8")),
    ]),
  ["MADE", made],
];

let engine: BarsEngine;
beforeAll(async () => {
  engine = await startBarsEngine();
  for (const [, ticks] of feeds) await engine.ingest(ticks);
});
afterAll(() => engine?.stop());

const ask = async (symbol: string, interval: Interval, more = "&limit=10000"): Promise<Bucket[]> =>
  (await engine.ask<{ buckets: Bucket[] }>(`/microstructure?symbol=${symbol}&interval=${interval}${more}`))
    .buckets;

/** To the last bit, at these intervals. All are asked first: the loops keep this process busy. */
async function expectFigures(sent: readonly Tick[], symbol: string, intervals: readonly Interval[]) {
  const answers = await Promise.all(intervals.map((interval) => ask(symbol, interval)));
  intervals.forEach((interval, index) => {
    const expected = microstructureLoop(sent, symbol, INTERVALS[interval]);
    expect(answers[index], `${symbol} ${interval}`).toEqual(expected);
  });
}

describe("every figure", () => {
  it.each(feeds)("of %s is that of a plain loop, to the last bit", async (symbol, ticks) => {
    await expectFigures(ticks, symbol, ALL);
  });

  it("has a value somewhere, so that the comparison tells something", async () => {
    const buckets = await ask("MADE", "5m");
    expect(buckets.length).toBeGreaterThan(15);
    for (const [name, value] of Object.entries(buckets[0] ?? {})) {
      expect(value, name).not.toBeNull();
      const distinct = new Set(buckets.map((bucket) => bucket[name as keyof Bucket]));
      expect(distinct.size, name).toBeGreaterThan(1);
    }
  });

  it("is the same in a bucket whatever `from`, `to`, `limit` and `exchange` are", async () => {
    const whole = await ask("MADE", "1m");
    const times = [...new Set(whole.map(({ time }) => time))];
    expect(times.length).toBeGreaterThan(40);
    const inTimes = (wanted: readonly string[]) => whole.filter(({ time }) => wanted.includes(time));
    expect(await ask("MADE", "1m", "&limit=1")).toEqual(inTimes(times.slice(0, 1)));
    expect(await ask("MADE", "1m", "&limit=7")).toEqual(inTimes(times.slice(0, 7)));
    const [from, to] = [times[30], times[20]];
    expect(await ask("MADE", "1m", `&from=${from}&to=${to}`)).toEqual(inTimes(times.slice(21, 31)));
    expect(await ask("MADE", "1m", `&exchange=XNYS&limit=10000`)).toEqual(
      whole.filter(({ exchange }) => exchange === "XNYS"),
    );
  });

  it("is missing where there is nothing to compute it from", async () => {
    expect(await ask("NONE", "1m")).toEqual([]);
    const trade = {
      exchange: "XNAS",
      symbol: "ALONE",
      event_time: isoMicros(START),
      seq_id: 1,
      event_type: "trade",
      price: 100,
      size: 2,
      side: "unknown",
      source_version: 1,
    };
    await engine.ingestLines([JSON.stringify(trade)]);
    const [bucket] = await ask("ALONE", "1m");
    expect(bucket).toEqual({
      time: "2025-11-14T12:00:00Z",
      exchange: "XNAS",
      trades: 1,
      quotes: 0,
      mid: null,
      quotedSpread: null,
      timeWeightedSpread: null,
      relativeSpreadBps: null,
      effectiveSpread: null,
      tradeImbalance: null,
      quoteImbalance: null,
      orderFlowImbalance: null,
      kyleLambda: null,
    });
    await engine.ingestLines([JSON.stringify({ ...trade, size: 0, source_version: 2 })]);
    expect(await ask("ALONE", "1m"), "busted").toEqual([]);
  });

  it("can be told of the largest and the smallest numbers that the warehouse takes", async () => {
    const numbers = [
      [1e300, 0],
      [9e14, 1],
      [1e-300, 1e-300],
      [1, 9e14],
      [0, 0],
      [1e15, 0.5],
      [3e-18, 2e-18],
    ] as const;
    const ticks = Array.from({ length: 210 }, (_, index): Tick => {
      const [price, size] = numbers[index % numbers.length] ?? [1, 1];
      return {
        exchange: "XNAS",
        symbol: "EXTREME",
        event_time: isoMicros(START + BigInt(index) * 250_000n),
        seq_id: index,
        event_type: index % 3 === 0 ? "trade" : "quote",
        price: price * size >= 1e15 ? 1 : price,
        size,
        side: index % 2 === 0 ? "buy" : "sell",
        source_version: 1,
      };
    });
    await engine.ingest(ticks);
    expect((await ask("EXTREME", "1m")).length).toBe(1);
  });

  it("is that of a plain loop whatever comes in whatever order", async () => {
    let run = 0;
    const anyTick = fc.record({
      // A midnight is among them.
      micros: fc.oneof(
        fc.integer({ min: 0, max: 20 }).map((second) => second * 1_000_000),
        fc.integer({ min: 0, max: 100_000_000 }),
      ),
      seq_id: fc.integer({ min: 0, max: 12 }),
      exchange: fc.constantFrom("XNAS", "XNYS"),
      event_type: fc.constantFrom("trade" as const, "quote" as const, "quote" as const, "book" as const),
      side: fc.constantFrom("buy" as const, "sell" as const),
      price: fc.oneof(fc.constantFrom(0, 99, 99.5, 100), fc.double({ min: 0.01, max: 1e5, noNaN: true })),
      size: fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true })),
      source_version: fc.integer({ min: 1, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyTick, {
          minLength: 1,
          maxLength: 80,
          selector: (each) =>
            `${each.exchange} ${each.micros} ${each.seq_id} ${each.event_type} ${each.event_type === "trade" ? "" : each.side} ${each.source_version}`,
        }),
        async (ticks) => {
          run += 1;
          const symbol = `ANY${run}`;
          const sent = ticks.map(({ micros, ...tick }): Tick => {
            const event_time = isoMicros(START + 43_170_000_000n + BigInt(micros));
            return { ...tick, symbol, event_time };
          });
          await engine.ingest([...sent].reverse());
          await engine.ingest(sent.slice(0, 20));
          await expectFigures(sent, symbol, ["1m", "1h"]);
        },
      ),
      { numRuns: 15 },
    );
  });
});
