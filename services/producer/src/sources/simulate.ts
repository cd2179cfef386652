import type { EventType, Side, Tick } from "@tickhouse/common";
import { uniformFloat32 } from "pure-rand/distribution/uniformFloat32";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { formatMicros } from "../time.ts";
import { Pending } from "./pending.ts";
import { type Grid, onGrid, Walk, type WalkOptions } from "./walk.ts";

export interface SimulateOptions extends WalkOptions {
  readonly symbols: readonly string[];
  readonly exchange: string;
  /** 0 to 2^32 - 1. The same options give the same ticks, to the byte. */
  readonly seed: number;
  /** Number of ticks, everything included; Infinity never ends. */
  readonly count: number;
  /** Event time of the first tick, microseconds since 1970. */
  readonly startMicros: bigint;
  /** Ticks in one second of the simulated clock. */
  readonly clockRate: number;
  /** Share of events that are quotes (two ticks each), percent. */
  readonly quotes: number;
  /** Share of reports of a trade that are corrected later, percent. */
  readonly corrections: number;
  /** Share of trades that are busted later: corrected to size 0, percent. */
  readonly busts: number;
  /** Share of reports that are sent a second time, percent. */
  readonly duplicates: number;
  /** Share of first reports that arrive late, percent, at most 50. */
  readonly late: number;
  /** How late at most, seconds of the simulated clock. */
  readonly lateBySeconds: number;
  readonly sizeGrid: Grid;
  /** Sizes are 1 to this many steps of their grid. */
  readonly maxSizeSteps: number;
}

export type SimulatedKind = "first" | "late" | "duplicate" | "correction" | "bust";

/** One tick as it is sent, and what it is to the history. `late` is a first report, too. */
export interface SimulatedTick {
  readonly tick: Tick;
  readonly kind: SimulatedKind;
  /** When it is sent on the simulated clock, microseconds since 1970; rises. A late tick's event time is earlier. */
  readonly clockMicros: number;
}

type Report = Omit<SimulatedTick, "clockMicros">;

/** A correction may be corrected again, up to this version. */
const HIGHEST_VERSION = 3;
/** Duplicates and corrections follow within this many ticks. */
const FOLLOWS_WITHIN = 200;

/**
 * An endless trading day: pure, reproducible from the options, without a wall clock.
 * Every slot of the simulated clock sends one tick: what is due (a duplicate, a correction, a late first report,
 * the ask of a quote), else a new one. Near the end of `count` what is pending goes out early: no late tick and
 * no half of a quote is cut off, and a short run has its late ticks, too.
 */
export function* simulateTicks(options: SimulateOptions): Generator<SimulatedTick, void, undefined> {
  const rng = xoroshiro128plus(options.seed);
  const walks = options.symbols.map((symbol) => ({ symbol, walk: new Walk(rng, options) }));
  const pending = new Pending<Report>();
  const chance = (percent: number): boolean => uniformFloat32(rng) * 100 < percent;
  const size = (): number => onGrid(uniformInt(rng, 1, options.maxSizeSteps), options.sizeGrid);
  const microsPerSlot = 1e6 / options.clockRate;
  const lateSlots = Math.max(1, Math.round(options.lateBySeconds * options.clockRate));
  const start = Number(options.startMicros);

  /** Whether another tick can wait at `slot` and still be sent before the end. */
  const hasRoom = (slot: number): boolean => pending.size < options.count - slot - 1;

  /** New ticks of one event: a trade, or the bid and the ask of a quote. */
  function newEvent(slot: number, micros: number): Tick[] {
    const { symbol, walk } = walks[uniformInt(rng, 0, walks.length - 1)] ?? never();
    const event_time = formatMicros(BigInt(micros));
    // Literals, no spreads: this runs for every tick, and spreads halve the rate.
    const report = (event_type: EventType, price: number, side: Side): Tick => ({
      exchange: options.exchange,
      symbol,
      event_time,
      seq_id: walk.nextSeqId(),
      event_type,
      price,
      size: size(),
      side,
      source_version: 1,
    });
    if (chance(options.quotes) && hasRoom(slot)) {
      const { bid, ask } = walk.quote();
      return [report("quote", bid, "buy"), report("quote", ask, "sell")];
    }
    const { price, side } = walk.trade();
    return [report("trade", price, side)];
  }

  /** What follows from sending a report. */
  function follow(slot: number, { tick, kind }: Report): void {
    const later = (): number => slot + uniformInt(rng, 1, FOLLOWS_WITHIN);
    if (kind === "duplicate") return;
    if (chance(options.duplicates) && hasRoom(slot)) pending.add(later(), { tick, kind: "duplicate" });
    if (!hasRoom(slot)) return;
    if (tick.event_type !== "trade" || kind === "bust") return;
    const version = { source_version: tick.source_version + 1 };
    if (chance(options.busts) && kind !== "correction") {
      pending.add(later(), { tick: { ...tick, ...version, size: 0 }, kind: "bust" });
    } else if (chance(options.corrections) && tick.source_version < HIGHEST_VERSION) {
      pending.add(later(), { tick: { ...tick, ...version, ...corrected(tick) }, kind: "correction" });
    }
  }

  /** Half of the corrections concern the price, half the size. */
  function corrected(tick: Tick): Partial<Tick> {
    if (chance(50)) return { size: size() };
    const steps = Math.round(tick.price / options.priceGrid.step) + uniformInt(rng, 1, 5);
    return { price: onGrid(steps, options.priceGrid) };
  }

  /** New ticks until one is not held back as late. */
  function newReport(slot: number, micros: number): Report {
    for (;;) {
      const [tick = never(), ask] = newEvent(slot, micros);
      if (ask !== undefined) pending.add(slot + 1, { tick: ask, kind: "first" });
      if (!chance(options.late) || !hasRoom(slot)) return { tick, kind: "first" };
      const slots = Math.max(1, Math.round(lateSlots * (0.5 + uniformFloat32(rng) / 2)));
      pending.add(slot + slots, { tick, kind: "late" });
    }
  }

  for (let slot = 0; slot < options.count; slot += 1) {
    const clockMicros = start + Math.floor((slot + uniformFloat32(rng)) * microsPerSlot);
    const mustDrain = pending.size >= options.count - slot;
    const report =
      pending.takeDue(mustDrain ? Number.POSITIVE_INFINITY : slot) ?? newReport(slot, clockMicros);
    follow(slot, report);
    yield { tick: report.tick, kind: report.kind, clockMicros };
  }
}

function never(): never {
  throw new Error("at least one symbol, and at least one tick an event");
}
