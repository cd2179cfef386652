import { after, compare, type Place } from "./places.ts";

/** What ClickHouse holds of a partition from a place on. */
export interface Found {
  /** Offsets whose lines are all there, as runs without a gap, first and last included, in order. */
  readonly runs: readonly (readonly [bigint, bigint])[];
  /** The last offset that is so old that what has not come before it will not come; undefined for none. */
  readonly settled: bigint | undefined;
  /** Where the answer was cut off because it would have been too long: this offset may have more lines. */
  readonly cutAt: bigint | undefined;
}

/**
 * How far the stream may go in a partition. Rows of one partition appear in ClickHouse out of order: its symbols live on
 * several shards, a block becomes several parts, a replica fetches later. So the stream goes as far as there is no gap, and
 * goes over a gap (a transaction's marker, an empty message, one that was lost) once what follows it is old. Pure.
 *
 * @param next the first line that was not looked at yet
 */
export function advance(next: Place, { runs, settled, cutAt }: Found): Place {
  let place = next;
  if (settled !== undefined) {
    const behind = cutAt !== undefined && settled >= cutAt ? { offset: cutAt, line: 0 } : after(settled);
    if (compare(behind, place) > 0) place = behind;
  }
  for (const [first, last] of runs) if (first <= place.offset && place.offset <= last) place = after(last);
  return place;
}
