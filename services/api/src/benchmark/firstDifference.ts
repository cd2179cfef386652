import type { BarRow } from "../queries/bars.ts";

/** The first minute that two answers tell differently; null on the side that has no such bar. */
export interface BarDifference {
  readonly minute: string;
  readonly fast: BarRow | null;
  readonly slow: BarRow | null;
}

const FIELDS = ["minute", "open", "high", "low", "close", "volume", "vwap"] as const;

/** `Object.is` tells apart every two doubles that have different bits, NaN aside. */
const sameBits = (a: BarRow, b: BarRow): boolean => FIELDS.every((field) => Object.is(a[field], b[field]));

/** Compares two answers bar by bar and bit by bit, newest first as they come; undefined when they are the same. */
export function firstDifference(fast: readonly BarRow[], slow: readonly BarRow[]): BarDifference | undefined {
  for (let index = 0; index < Math.max(fast.length, slow.length); index += 1) {
    const [one = null, other = null] = [fast[index], slow[index]];
    if (one !== null && other !== null && sameBits(one, other)) continue;
    // The newer minute is the one that the other answer lacks.
    const minute =
      [one?.minute, other?.minute]
        .filter((each) => each !== undefined)
        .sort()
        .at(-1) ?? "";
    return {
      minute,
      fast: one?.minute === minute ? one : null,
      slow: other?.minute === minute ? other : null,
    };
  }
  return undefined;
}
