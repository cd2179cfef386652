import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Tick } from "../../services/common/src/index.ts";
import { type BarsEngine, startBarsEngine } from "../support/barsEngine.ts";
import { bookLoop, type ExpectedBook } from "../support/bookLoop.ts";
import { isoMicros } from "../support/ticks.ts";

let engine: BarsEngine;
beforeAll(async () => {
  engine = await startBarsEngine();
});
afterAll(() => engine?.stop());

interface Answer {
  readonly symbol: string;
  readonly at: string;
  readonly books: ExpectedBook[];
  readonly stats: { rowsRead: number };
}
const ask = (symbol: string, more = "") => engine.ask<Answer>(`/book?symbol=${symbol}${more}`);

const START = 1_763_121_600_000_000n;
const time = (seconds: number): string => isoMicros(START + BigInt(Math.round(seconds * 1e6)));

const event = (symbol: string, seconds: number, more: Partial<Tick> = {}): Tick => ({
  exchange: "XNAS",
  symbol,
  event_time: time(seconds),
  seq_id: seconds + 1,
  event_type: "book",
  price: 100,
  size: 1,
  side: "buy",
  source_version: 1,
  ...more,
});

/** The same at each of these moments, for this many levels. */
async function expectBooks(sent: readonly Tick[], symbol: string, moments: readonly number[], levels = 10) {
  for (const moment of moments) {
    const { at, books } = await ask(symbol, `&at=${time(moment)}&levels=${levels}`);
    expect(at).toBe(time(moment));
    expect(books, `${symbol} at ${time(moment)}`).toEqual(bookLoop(sent, symbol, at, levels));
  }
}

describe("the order book", () => {
  it("holds the last size of each level, and no level of size 0, at each moment", async () => {
    const sent = [
      event("PLAIN", 0, { price: 99, size: 5 }),
      event("PLAIN", 1, { price: 101, size: 7, side: "sell" }),
      event("PLAIN", 2, { price: 99, size: 3 }),
      event("PLAIN", 3, { price: 98.5, size: 2 }),
      event("PLAIN", 4, { price: 99, size: 0 }),
    ];
    await engine.ingest(sent);
    await expectBooks(sent, "PLAIN", [-1, 0, 1, 2, 2.5, 3, 4, 60]);
    expect((await ask("PLAIN", `&at=${time(-0.000_001)}`)).books, "before the first event").toEqual([]);
    expect((await ask("PLAIN")).books[0]).toEqual({
      exchange: "XNAS",
      bids: [{ price: 98.5, size: 2 }],
      asks: [{ price: 101, size: 7 }],
      events: 5,
      firstEventTime: time(0),
      lastEventTime: time(4),
      missing: { count: "0", ranges: [] },
      crossed: false,
    });
  });

  it("moves a level with a correction of its price, and counts what came late where it belongs", async () => {
    const late = event("MOVED", 1, { price: 99.5, size: 4 });
    const sent = [
      event("MOVED", 0, { price: 90, size: 5 }),
      event("MOVED", 2, { price: 99.5, size: 9 }),
      late,
      event("MOVED", 0, { price: 91, size: 5, source_version: 2 }),
      late,
    ];
    await engine.ingest(sent);
    await expectBooks(sent, "MOVED", [0, 1, 2]);
    const [book] = (await ask("MOVED", `&at=${time(1)}`)).books;
    expect(book?.bids).toEqual([
      { price: 99.5, size: 4 },
      { price: 91, size: 5 },
    ]);
  });

  it("tells which numbers are missing: all of them counted, the first hundred ranges listed", async () => {
    const sent = Array.from({ length: 150 }, (_, index) =>
      event("GAPS", index, { seq_id: index * 3 + 1, price: 100 - index / 100 }),
    );
    await engine.ingest(sent);
    await expectBooks(sent, "GAPS", [0, 1, 50, 149]);
    const [book] = (await ask("GAPS")).books;
    expect(book?.missing.count).toBe("298");
    expect(book?.missing.ranges).toHaveLength(100);
    expect(book?.missing.ranges[0]).toEqual({ first: "2", last: "3" });
  });

  it("counts numbers beyond 2^53, to the last one", async () => {
    await engine.ingest([event("LARGE", 0, { seq_id: 0 })]);
    const line = JSON.stringify(event("LARGE", 1)).replace(/"seq_id":\d+/, '"seq_id":18446744073709551615');
    await engine.ingestLines([line]);
    const [book] = (await ask("LARGE")).books;
    expect(book?.missing).toEqual({
      count: "18446744073709551614",
      ranges: [{ first: "1", last: "18446744073709551614" }],
    });
  });

  it("says when it is crossed or locked, each exchange for itself", async () => {
    const sent = [
      event("CROSS", 0, { price: 100 }),
      event("CROSS", 1, { price: 99, side: "sell" }),
      event("CROSS", 0, { price: 100, exchange: "XNYS" }),
      event("CROSS", 1, { price: 101, exchange: "XNYS", side: "sell" }),
      event("CROSS", 2, { price: 101, exchange: "XNYS" }),
    ];
    await engine.ingest(sent);
    await expectBooks(sent, "CROSS", [0, 1, 2]);
    expect((await ask("CROSS", `&at=${time(1)}`)).books.map(({ crossed }) => crossed)).toEqual([true, false]);
    expect((await ask("CROSS")).books.map(({ crossed }) => crossed)).toEqual([true, true]);
    const only = (await ask("CROSS", "&exchange=XNYS")).books;
    expect(only.map(({ exchange }) => exchange)).toEqual(["XNYS"]);
    expect((await ask("CROSS", "&exchange=NONE")).books).toEqual([]);
  });

  it("leaves trades and quotes out", async () => {
    await engine.ingest([
      event("OTHER", 0, { event_type: "quote" }),
      event("OTHER", 1, { event_type: "trade" }),
    ]);
    expect((await ask("OTHER")).books).toEqual([]);
  });

  it("is that of a plain loop whatever comes in whatever order", async () => {
    let run = 0;
    const anyEvent = fc.record({
      seconds: fc.integer({ min: 0, max: 40 }),
      seq_id: fc.integer({ min: 0, max: 60 }),
      exchange: fc.constantFrom("XNAS", "XNYS"),
      side: fc.constantFrom("buy" as const, "sell" as const),
      price: fc.oneof(fc.constantFrom(99, 99.5, 100, 100.5), fc.double({ min: 0.01, max: 1e5, noNaN: true })),
      size: fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true })),
      source_version: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyEvent, {
          minLength: 1,
          maxLength: 60,
          selector: (each) =>
            `${each.exchange} ${each.seconds} ${each.seq_id} ${each.side} ${each.source_version}`,
        }),
        fc.integer({ min: 0, max: 41 }),
        fc.integer({ min: 1, max: 12 }),
        async (events, moment, levels) => {
          run += 1;
          const symbol = `ANY${run}`;
          const sent = events.map(({ seconds, ...more }) => event(symbol, seconds, more));
          const half = Math.ceil(sent.length / 2);
          await engine.ingest(sent.slice(half));
          await engine.ingest([...sent.slice(0, half), ...sent.slice(half).reverse()]);
          await expectBooks(sent, symbol, [moment, 41], levels);
        },
      ),
      { numRuns: 40 },
    );
  });
});
