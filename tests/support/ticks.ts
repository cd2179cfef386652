import type { Tick } from "../../services/common/src/index.ts";

/** Ticks of a JSON lines text. */
export const parseTicks = (jsonLines: string): Tick[] =>
  jsonLines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Tick);

export interface FeedOptions {
  readonly symbols: readonly string[];
  readonly exchange: string;
  /** Distinct trades of each symbol. */
  readonly trades: number;
  /** First event, microseconds since 1970. */
  readonly startMicros: bigint;
  readonly seed: number;
}

/**
 * A feed of a test's own, the same for the same seed: trades at random moments (several in one microsecond now
 * and then, so that ties occur), and a quote beside each tenth.
 */
export function makeFeed({ symbols, exchange, trades, startMicros, seed }: FeedOptions): Tick[] {
  const random = mulberry32(seed);
  const ticks: Tick[] = [];
  for (const symbol of symbols) {
    let micros = startMicros;
    let cents = 10_000 + Math.floor(random() * 10_000);
    for (let index = 1; index <= trades; index += 1) {
      if (random() > 0.05) micros += BigInt(Math.floor(random() * 2_000_000));
      cents = Math.max(1, cents + Math.floor(random() * 21) - 10);
      const common = {
        exchange,
        symbol,
        event_time: isoMicros(micros),
        seq_id: index,
        source_version: 1,
      } as const;
      const size = (1 + Math.floor(random() * 50_000)) / 1_000;
      ticks.push({
        ...common,
        event_type: "trade",
        price: cents / 100,
        size,
        side: random() < 0.5 ? "buy" : "sell",
      });
      if (index % 10 === 0) {
        ticks.push({ ...common, event_type: "quote", price: (cents - 1) / 100, size: 100, side: "buy" });
        ticks.push({ ...common, event_type: "quote", price: (cents + 1) / 100, size: 100, side: "sell" });
      }
    }
  }
  return ticks;
}

/** `2025-11-14T19:25:17.123456Z` */
export function isoMicros(micros: bigint): string {
  const millis = new Date(Number(micros / 1_000n)).toISOString().slice(0, -1);
  return `${millis}${String(micros % 1_000n).padStart(3, "0")}Z`;
}

/** Microseconds since 1970 of `2025-11-14T19:25:17.123456Z`. */
export const microsOf = (time: string): number =>
  Date.parse(`${time.slice(0, 23)}Z`) * 1_000 + Number(time.slice(23, 26));

/** A small seeded generator (Tommy Ettinger's mulberry32): 0 <= x < 1. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
