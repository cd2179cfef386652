import type { SeriesKind } from "./sequences.ts";

/** Chunks of 65,536 numbers that a series touches. */
export interface Spread {
  readonly exchange: string;
  readonly symbol: string;
  readonly kind: SeriesKind;
  /** Rows of the ledger: one a chunk or, where parts are not merged yet, a few. */
  readonly rows: number;
  readonly first: number;
  readonly last: number;
}

export interface SpreadRow extends Omit<Spread, "rows" | "first" | "last"> {
  readonly rows: number | string;
  readonly first: number | string;
  readonly last: number | string;
}

export const toSpread = (row: SpreadRow): Spread => ({
  ...row,
  rows: Number(row.rows),
  first: Number(row.first),
  last: Number(row.last),
});

/** Ledger rows of one question: bitmaps that a server holds in memory. A series with more is no consecutive one. */
const ROWS_A_QUESTION = 16_384;
const SERIES_A_QUESTION = 500;

export const nameOf = ({
  exchange,
  symbol,
}: {
  readonly exchange: string;
  readonly symbol: string;
}): string => JSON.stringify([exchange, symbol]);

/**
 * Series that may have half of their numbers: then they touch about half of the chunks that they span at least. The
 * bitmaps of the others are never read; where numbers are times, there is one for each tick. Pure.
 */
export function candidates(spreads: readonly Spread[]): Spread[] {
  const together = new Map<string, Spread>();
  for (const each of spreads) {
    const known = together.get(nameOf(each));
    together.set(nameOf(each), {
      ...each,
      kind: "all",
      rows: each.rows + (known?.rows ?? 0),
      first: Math.min(each.first, known?.first ?? each.first),
      last: Math.max(each.last, known?.last ?? each.last),
    });
  }
  return [...together.values(), ...spreads].filter(
    // One chunk more: the first and the last are full at one end only.
    ({ rows, first, last }) => rows <= ROWS_A_QUESTION && rows * 2 + 1 >= last - first + 1,
  );
}

/** Series of one question each. Pure. */
export function batchesOf(spreads: readonly Spread[]): Spread[][] {
  const batches: Spread[][] = [];
  let rows = 0;
  for (const each of spreads) {
    const batch = batches.at(-1);
    rows += each.rows;
    if (batch !== undefined && rows <= ROWS_A_QUESTION && batch.length < SERIES_A_QUESTION) batch.push(each);
    else {
      batches.push([each]);
      rows = each.rows;
    }
  }
  return batches;
}
