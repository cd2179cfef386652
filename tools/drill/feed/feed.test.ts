import { describe, expect, it } from "vitest";
import { INTERVALS, openBars } from "../ledger/barLoop.ts";
import { keepLedger, linesOf } from "../ledger/ledger.ts";
import { readLine } from "../ledger/readLine.ts";
import { BREAK_NAMES } from "./broken.ts";
import { type FeedSpec, makeFeed } from "./feed.ts";
import { EXCHANGES } from "./market.ts";

const NOW = BigInt(Date.UTC(2026, 0, 1)) * 1_000n;
const SPEC: FeedSpec = { seed: 7, round: 13, ticks: 2_000, symbols: ["A", "B", "C", "D", "E", "F"] };
const FEED = makeFeed(SPEC);
const ledgerOf = (spec: FeedSpec) =>
  keepLedger(
    makeFeed(spec).messages.map((message, offset) => ({ ...message, partition: 0, offset: BigInt(offset) })),
    NOW,
  );

describe("makeFeed", () => {
  it("makes the same bytes of the same words, and others of others", () => {
    const bytes = (spec: FeedSpec) =>
      Buffer.concat(makeFeed(spec).messages.map(({ value }) => value)).toString("latin1");
    expect(bytes(SPEC)).toBe(bytes({ ...SPEC }));
    for (const other of [{ seed: 8 }, { round: 14 }, { ticks: 1_999 }])
      expect(bytes({ ...SPEC, ...other })).not.toBe(bytes(SPEC));
  });

  it("holds every kind of line", () => {
    const kinds = [
      ...["trade", "quote", "book", "duplicate", "correction", "bust", "restored", "older version later"],
      ...["late", "tie", "twin", "boundary", "no bytes"],
      ...BREAK_NAMES.map((name) => `broken: ${name}`),
    ];
    for (const seed of [1, 2, 3]) {
      const found = new Set<string>(makeFeed({ ...SPEC, seed }).kinds.keys());
      expect(kinds.filter((kind) => !found.has(kind) && kind !== "no bytes")).toEqual([]);
    }
  });

  it("sends about as many ticks as it is told", () => {
    const lines = FEED.messages.reduce((sum, message) => sum + message.lines, 0);
    expect(lines).toBeGreaterThanOrEqual(SPEC.ticks);
    expect(lines).toBeLessThan(SPEC.ticks * 1.05);
  });

  it("has ticks of each symbol on both exchanges, over the edges of bars of every length", () => {
    const ticks = [...ledgerOf(SPEC).ticks.values()];
    for (const symbol of SPEC.symbols) {
      const own = ticks.filter((tick) => tick.symbol === symbol);
      expect(new Set(own.map(({ exchange }) => exchange))).toEqual(new Set(EXCHANGES));
      for (const seconds of Object.values(INTERVALS))
        expect(openBars(own, seconds).length).toBeGreaterThan(1);
    }
  });

  it("stays in the past, on a day of each round's own", () => {
    const days = new Set<string>();
    for (let round = 1; round <= 100; round += 1) {
      const [first] = makeFeed({ ...SPEC, round, ticks: 50 }).messages;
      const tick = linesOf(first?.value ?? Buffer.alloc(0))
        .map((line) => readLine(line, NOW))
        .find(Boolean);
      if (tick !== undefined)
        days.add(new Date(Number(tick.micros / 1_000n) - 12 * 3_600_000).toISOString().slice(0, 10));
    }
    expect(days.size).toBeGreaterThan(90);
  });

  it("packs one line or many to a message, broken ones alone and among good ones", () => {
    const shapes = FEED.messages.map(({ value }) => {
      const read = linesOf(value).map((line) => readLine(line, NOW) !== undefined);
      return `${read.length > 1 ? "many" : "one"} ${read.every(Boolean) ? "good" : read.some(Boolean) ? "mixed" : "broken"}`;
    });
    expect(new Set(shapes)).toEqual(new Set(["one good", "one broken", "many good", "many mixed"]));
  });

  it("sends every symbol's ticks under its own key, but for messages that hold several symbols", () => {
    const strangers = FEED.messages.filter(({ key, value }) =>
      linesOf(value).some((line) => ![key, undefined].includes(readLine(line, NOW)?.symbol)),
    );
    expect(strangers.length).toBeGreaterThan(0);
    expect(strangers.length).toBeLessThan(FEED.messages.length / 4);
  });
});
