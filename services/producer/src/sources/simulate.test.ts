import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tickIdentity, tickJson } from "../tickJson.ts";
import { parseMicros } from "../time.ts";
import { cleanTicks } from "./cleanTicks.ts";
import { Pending } from "./pending.ts";
import { readJsonRow } from "./row.ts";
import { type SimulatedTick, type SimulateOptions, simulateTicks } from "./simulate.ts";
import { onGrid, parseGrid } from "./walk.ts";

const cents = { step: 0.01, decimals: 2 };
const defaults: SimulateOptions = {
  symbols: ["AAPL", "MSFT", "NVDA"],
  exchange: "XNAS",
  seed: 1,
  count: 20_000,
  startMicros: parseMicros("2025-11-14T14:30:00Z") ?? 0n,
  clockRate: 200,
  quotes: 30,
  corrections: 1,
  busts: 0.5,
  duplicates: 1,
  late: 1,
  lateBySeconds: 5,
  priceGrid: cents,
  maxMove: 3,
  sizeGrid: { step: 1, decimals: 0 },
  maxSizeSteps: 500,
};
const simulate = (options: Partial<SimulateOptions> = {}) => [...simulateTicks({ ...defaults, ...options })];
const texts = (ticks: readonly SimulatedTick[]): string[] => ticks.map(({ tick }) => tickJson(tick));
const ofKind = (ticks: readonly SimulatedTick[], kind: string) => ticks.filter((each) => each.kind === kind);

describe("simulateTicks", () => {
  it("gives the same bytes for the same seed and others for another", () => {
    expect(texts(simulate({ count: 2_000 }))).toEqual(texts(simulate({ count: 2_000 })));
    expect(texts(simulate({ count: 2_000, seed: 2 }))).not.toEqual(texts(simulate({ count: 2_000 })));
  });

  it("gives exactly the ticks that the file reader accepts", () => {
    const ticks = simulate({ sizeGrid: { step: 0.0001, decimals: 4 }, late: 20, corrections: 20 });
    expect(ticks).toHaveLength(20_000);
    for (const text of texts(ticks)) expect(readJsonRow(text)).toMatchObject({ ok: true });
  });

  it.each([
    ["corrections", "correction", 5],
    ["duplicates", "duplicate", 5],
    ["late", "late", 5],
    ["busts", "bust", 5],
  ] as const)("sends about the share of %s that is asked for, and none at 0", (option, kind, share) => {
    const alone = { corrections: 0, duplicates: 0, late: 0, busts: 0, quotes: 0 };
    expect(ofKind(simulate({ ...alone, [option]: share }), kind).length / 20_000).toBeCloseTo(0.05, 2);
    expect(ofKind(simulate(alone), "first")).toHaveLength(20_000);
  });

  it("repeats a duplicate to the byte and raises the version of a correction", () => {
    const sent = new Map<string, Map<number, string>>();
    for (const { tick, kind } of simulate({ corrections: 10, duplicates: 10, busts: 5, late: 10 })) {
      const versions = sent.get(tickIdentity(tick)) ?? new Map<number, string>();
      const highest = Math.max(0, ...versions.keys());
      if (kind === "duplicate") expect(versions.get(tick.source_version)).toBe(tickJson(tick));
      else expect(tick.source_version).toBe(highest + 1);
      if (kind === "bust") expect(tick).toMatchObject({ event_type: "trade", size: 0 });
      else if (kind !== "duplicate") expect(tick.size).toBeGreaterThan(0);
      versions.set(tick.source_version, tickJson(tick));
      sent.set(tickIdentity(tick), versions);
    }
  });

  it("numbers the first reports of a symbol without a gap, late ones included", () => {
    const ticks = simulate({ late: 10 });
    for (const symbol of defaults.symbols) {
      const numbers = ticks
        .filter(({ kind, tick }) => tick.symbol === symbol && (kind === "first" || kind === "late"))
        .map(({ tick }) => Number(tick.seq_id));
      expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, i) => i + 1));
    }
  });

  it("sends late ticks after newer ones, not later than asked for", () => {
    const late = ofKind(simulate({ late: 10, lateBySeconds: 5, duplicates: 0, corrections: 0 }), "late");
    expect(late.length).toBeGreaterThan(500);
    for (const { tick, clockMicros } of late) {
      const seconds = (clockMicros - Number(parseMicros(tick.event_time))) / 1e6;
      expect(seconds).toBeGreaterThan(0);
      // A little is added where several wait for the same slot.
      expect(seconds).toBeLessThan(5.5);
    }
  });

  it("sends late ticks in a run shorter than their delay, too", () => {
    expect(ofKind(simulate({ count: 300, late: 20, lateBySeconds: 3600 }), "late").length).toBeGreaterThan(
      20,
    );
  });

  it.each([1, 2, 3, 10, 101])("ends after exactly %i ticks", (count) => {
    expect(simulate({ count, late: 50, duplicates: 100, corrections: 100, quotes: 60 })).toHaveLength(count);
  });

  it("makes a quote of a bid below an ask at the same time", () => {
    const ticks = simulate({ quotes: 100, late: 0, duplicates: 0, count: 2_000 }).map(({ tick }) => tick);
    for (let i = 0; i < ticks.length; i += 2) {
      const [bid, ask] = [ticks[i], ticks[i + 1]];
      expect([bid?.side, ask?.side]).toEqual(["buy", "sell"]);
      expect(bid?.event_time).toBe(ask?.event_time);
      expect(bid?.price).toBeLessThan(ask?.price ?? 0);
    }
  });

  it("moves a clock that never goes back, at the rate asked for, from the start asked for", () => {
    const ticks = simulate({ clockRate: 1_000, count: 10_001 });
    const start = Number(defaults.startMicros);
    const clock = ticks.map(({ clockMicros }) => clockMicros - start);
    expect(clock).toEqual([...clock].sort((a, b) => a - b));
    expect(clock[0]).toBeLessThan(1_000);
    expect((clock.at(-1) ?? 0) / 1e6).toBeCloseTo(10, 2);
  });

  it("keeps prices on the grid and above 0, however low the walk starts", () => {
    for (const { tick } of simulate({ startPrice: 0.01, maxMove: 100, quotes: 50 })) {
      expect(tick.price).toBeGreaterThan(0);
      expect(String(tick.price)).toMatch(/^\d+(\.\d{1,2})?$/);
    }
  });
});

describe("cleanTicks", () => {
  it("keeps the highest version of each identity in whatever order they come, without busted trades", () => {
    const ticks = simulate({ count: 3_000, corrections: 20, busts: 10, duplicates: 20 }).map(
      ({ tick }) => tick,
    );
    const clean = texts(cleanTicks(ticks).map((tick) => ({ tick, kind: "first", clockMicros: 0 }) as const));
    expect(new Set(clean).size).toBe(clean.length);
    const backwards = cleanTicks([...ticks].reverse()).map(tickJson);
    expect(backwards.sort()).toEqual([...clean].sort());
    const busted = new Set(ticks.filter(({ size }) => size === 0).map(tickIdentity));
    expect(busted.size).toBeGreaterThan(0);
    expect(cleanTicks(ticks).some((tick) => busted.has(tickIdentity(tick)))).toBe(false);
    expect(clean.length + busted.size).toBe(new Set(ticks.map(tickIdentity)).size);
  });
});

describe("Pending", () => {
  it("gives entries by slot, and by arrival within one", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 })), (slots) => {
        const pending = new Pending<readonly [number, number]>();
        for (const [i, slot] of slots.entries()) pending.add(slot, [slot, i]);
        const taken = slots.map(() => pending.takeDue(20));
        expect(taken).toEqual(
          slots.map((slot, i) => [slot, i] as const).sort(([a, i], [b, j]) => a - b || i - j),
        );
        expect(pending.size).toBe(0);
      }),
    );
  });
});

describe("grid", () => {
  it("has no float artefacts", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 10_000_000 }),
        fc.constantFrom("0.01", "0.05", "0.0001", "1", "0.25"),
        (n, text) => {
          const grid = parseGrid(text);
          const value = grid === undefined ? "" : JSON.stringify(onGrid(n, grid));
          expect(value).toMatch(/^\d+(\.\d{1,4})?$/);
        },
      ),
    );
  });

  it.each(["0", "-1", "", "1e-2", "x", "0.0000000000001"])("refuses the step %j", (text) => {
    expect(parseGrid(text)).toBeUndefined();
  });
});
