import type { Random } from "../random.ts";
import type { FeedTick } from "./line.ts";

const MINUTE = 60_000_000n;
/** Two exchanges, so that equal times and numbers are told apart by the third key. */
export const EXCHANGES = ["XDRA", "XDRB"] as const;

/** How the clock of a feed moves: most ticks are seconds apart, some share a moment, some sit on the edge of a bar. */
export function nextMoment(micros: bigint, random: Random): { micros: bigint; edge: boolean; tie: boolean } {
  const roll = random.float();
  if (roll < 0.1) return { micros, edge: false, tie: true };
  if (roll < 0.15) {
    const bar = MINUTE * random.pick([1n, 5n, 15n]);
    const next = (micros / bar + 1n) * bar;
    return { micros: next - (random.chance(0.5) ? 1n : 0n), edge: true, tie: false };
  }
  if (roll < 0.165) return { micros: micros + BigInt(random.int(1, 20)) * MINUTE, edge: false, tie: false };
  return { micros: micros + BigInt(random.int(1, 3_000_000)), edge: false, tie: false };
}

/** Earlier than its neighbours by minutes or hours. */
export const latened = (micros: bigint, random: Random): bigint =>
  micros -
  (random.chance(0.5) ? BigInt(random.int(1, 10)) * MINUTE : BigInt(random.int(1, 6)) * 60n * MINUTE);

/** Prices of one symbol: a walk in cents, in many digits, or in doubles that no decimal writes shortly. */
export function createPrices(random: Random): () => number {
  const style = random.int(0, 3);
  let level = [189.75, 65_432.1, 0.000_31, 0.1][style] ?? 1;
  return () => {
    level = Math.max(level * (1 + (random.float() - 0.5) / 500), 1e-6);
    if (style === 0) return Math.round(level * 100) / 100;
    if (style === 1) return Math.round(level * 10) / 10;
    return level;
  };
}

export function makeSize(random: Random): number {
  const roll = random.float();
  if (roll < 0.4) return random.int(1, 500);
  if (roll < 0.7) return random.int(1, 5_000_000) / 1_000;
  if (roll < 0.9) return random.int(1, 1e9) / 1e8;
  return random.float() * 10 + 1e-9;
}

/** The same event in a later version: another price and size, and for a trade another side. */
export function corrected(tick: FeedTick, version: number, price: number, random: Random): FeedTick {
  const side = tick.type === "trade" ? random.pick(["buy", "sell"] as const) : tick.side;
  return { ...tick, version, price, size: makeSize(random), side };
}
