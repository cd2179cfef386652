import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { INTERVALS, type Interval } from "../../services/api/src/intervals.ts";
import type { Tick } from "../../services/common/src/index.ts";
import { type BarsEngine, startBarsEngine } from "../support/barsEngine.ts";
import { exactBarsOf } from "../support/exactLoop.ts";
import { type Expected, indicatorLoop } from "../support/indicatorLoop.ts";
import { hasSharedData, SHARED_DATA } from "../support/sharedData.ts";
import { makeFeed, parseTicks } from "../support/ticks.ts";

const FILES = { XBTUSDT: "kraken-xbtusdt-trades.jsonl", BTCUSDT: "binance-btcusdt-trades-quotes.jsonl" };
const present = Object.entries(FILES).filter(([, file]) => hasSharedData(file));
for (const [symbol, file] of Object.entries(FILES))
  if (!hasSharedData(file))
    console.warn(`\n*** LEFT OUT: indicators of ${symbol}: there is no ${file} in ${SHARED_DATA} ***\n`);

const real = new Map(
  present.map(([symbol, file]) => [symbol, parseTicks(readFileSync(join(SHARED_DATA, file), "utf8"))]),
);

/** Three days of trades at random moments, minutes without one among them, some trades corrected and some busted. */
const generated = (() => {
  const start = BigInt(Date.UTC(2025, 10, 12, 7)) * 1_000n;
  const dense = makeFeed({
    symbols: ["MADE"],
    exchange: "XNAS",
    trades: 3_000,
    startMicros: start,
    seed: 11,
  });
  const spread = dense
    .filter(({ event_type }) => event_type === "trade")
    .map((tick, index) => ({ ...tick, event_time: stretched(tick.event_time, index) }));
  const corrections = spread
    .filter((_, index) => index % 25 === 0)
    .map((tick, index) => ({ ...tick, source_version: 2, price: tick.price + 0.37, size: index % 2 }));
  return [...corrections, ...spread];
})();

/** 75 s more for each trade: a bar in most minutes, and none in some. */
function stretched(time: string, index: number): string {
  const moved = new Date(Date.parse(time) + index * 75_000).toISOString();
  return `${moved.slice(0, 20)}${moved.slice(20, 23)}${time.slice(23, 26)}Z`;
}

const feeds: [string, Tick[]][] = [...real, ["MADE", generated]];
const NAMES =
  "sma:20,ema:20,rsi:14,bollinger:20:2,macd:12:26:9,atr:14,vwap,rolling_vwap:20,sma:1,ema:3".split(",");

let engine: BarsEngine;
beforeAll(async () => {
  engine = await startBarsEngine();
  for (const [, ticks] of feeds) await engine.ingest(ticks);
  await engine.recompute();
});
afterAll(() => engine?.stop());

interface Answer {
  readonly indicators: string[];
  readonly points: { time: string; close: number; values: Record<string, Expected> }[];
}
const ask = (symbol: string, interval: Interval, more = "limit=10000", names = NAMES) =>
  engine.ask<Answer>(
    `/indicators?symbol=${symbol}&interval=${interval}&indicators=${names.join(",")}&${more}`,
  );

/** Newest first, as the API answers. */
function expectedPoints(ticks: readonly Tick[], symbol: string, interval: Interval): Answer["points"] {
  const seconds = INTERVALS[interval];
  const bars = exactBarsOf(ticks, symbol, seconds).toReversed();
  const columns = NAMES.map((name) => [name, indicatorLoop(name, bars, seconds)] as const);
  return bars
    .map(({ time, close }, index) => ({
      time,
      close,
      values: Object.fromEntries(columns.map(([name, column]) => [name, column[index] ?? null])),
    }))
    .reverse();
}

describe("every indicator", () => {
  it.each(feeds.map(([symbol]) => symbol))(
    "of %s is that of a plain loop, to the last bit",
    async (symbol) => {
      const ticks = feeds.find(([name]) => name === symbol)?.[1] ?? [];
      const intervals = Object.keys(INTERVALS) as Interval[];
      // All are asked first: the loops keep this process busy for longer than a connection is kept.
      const answers = await Promise.all(intervals.map((interval) => ask(symbol, interval)));
      for (const [index, interval] of intervals.entries()) {
        expect(answers[index]?.indicators).toEqual(NAMES);
        const expected = expectedPoints(ticks, symbol, interval);
        expect(answers[index]?.points, `${symbol} ${interval}`).toEqual(expected);
      }
    },
  );

  it("has a value somewhere, so that the comparison tells something", async () => {
    const { points } = await ask("MADE", "1m");
    expect(points.length).toBeGreaterThan(2_000);
    for (const name of NAMES) {
      expect(points[0]?.values[name], name).not.toBeNull();
      expect(points.at(-1)?.values[name] === null, name).toBe(!/vwap$|:1$/.test(name));
    }
  });

  it("is the same at a bar whatever `from`, `to` and `limit` are", async () => {
    const whole = new Map((await ask("MADE", "1m")).points.map((point) => [point.time, point]));
    const ranges = [
      "limit=1",
      "limit=7",
      "limit=3000",
      "to=2025-11-14&limit=3",
      "to=2025-11-14T00:02:00Z&limit=10",
      "from=2025-11-13T23:50:00Z&to=2025-11-14T00:10:00Z",
      "from=2025-11-14&to=2025-11-15&limit=10000",
      "to=2025-11-12T07:30:00Z",
    ];
    for (const range of ranges) {
      const { points } = await ask("MADE", "1m", range);
      expect(points.length, range).toBeGreaterThan(0);
      for (const point of points) expect(point, range).toEqual(whole.get(point.time));
    }
  });

  it("answers an empty range, and a symbol that is not there, with no points", async () => {
    expect((await ask("MADE", "1m", "from=2020-01-01&to=2020-01-02")).points).toEqual([]);
    expect((await ask("NONE", "1h")).points).toEqual([]);
    expect((await ask("MADE", "1h", "exchange=NONE")).points).toEqual([]);
    expect((await ask("MADE", "1h", "exchange=XNAS")).points).toEqual((await ask("MADE", "1h", "")).points);
  });
});
