import type { Tick } from "../../api/types.ts";

/** Trades that the tape holds. */
export const TAPE_LENGTH = 200;

/** What makes a tick the one it is; a later version of it replaces the earlier one. */
export const tickKey = ({ exchange, eventType, eventTime, seqId, side }: Tick): string =>
  // A quote is two ticks, bid and ask, with one number.
  [exchange, eventType, eventTime, seqId, eventType === "trade" ? "" : side].join(" ");

/**
 * Merges ticks, newest first: doubles fall together, the higher version stays, busted trades (size 0) go. Pure.
 */
export function mergeTicks(
  known: readonly Tick[],
  fresh: readonly Tick[],
  length = TAPE_LENGTH,
): readonly Tick[] {
  const byKey = new Map<string, Tick>();
  for (const tick of [...known, ...fresh]) {
    const before = byKey.get(tickKey(tick));
    if (before === undefined || tick.sourceVersion >= before.sourceVersion) byKey.set(tickKey(tick), tick);
  }
  return [...byKey.values()]
    .filter(({ eventType, size }) => eventType !== "trade" || size !== 0)
    .sort((a, b) => compare(b.eventTime, a.eventTime) || compareIds(b.seqId, a.seqId))
    .slice(0, length);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Sequence numbers are 64 bits long and come as texts. */
const compareIds = (a: string, b: string): number => a.length - b.length || compare(a, b);
