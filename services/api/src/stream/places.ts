/**
 * The next line to come from a partition of the topic: every line before it is accounted for. Lines are ordered by
 * (offset, line), as Kafka has them; {@link FIRST} is the beginning.
 */
export interface Place {
  readonly offset: bigint;
  readonly line: number;
}

/** A place of each partition, from 0 on; a partition beyond the end of the list is at its beginning. */
export type Places = readonly Place[];

export const FIRST: Place = { offset: 0n, line: 0 };

/** The place after all lines of the message at `offset`. */
export const after = (offset: bigint): Place => ({ offset: offset + 1n, line: 0 });

export const placeOf = (places: Places, partition: number): Place => places[partition] ?? FIRST;

/** Below 0 when `a` comes first, 0 when they are the same. */
export const compare = (a: Place, b: Place): number =>
  a.offset === b.offset ? a.line - b.line : a.offset < b.offset ? -1 : 1;

const partitionsOf = (a: Places, b: Places): number[] => [...Array(Math.max(a.length, b.length)).keys()];

/** Of each partition the later one of both. */
export const latest = (a: Places, b: Places): Places =>
  partitionsOf(a, b).map((partition) => {
    const [one, other] = [placeOf(a, partition), placeOf(b, partition)];
    return compare(one, other) < 0 ? other : one;
  });

/** Whether `a` is behind `b` in any partition. */
export const isBehind = (a: Places, b: Places): boolean =>
  partitionsOf(a, b).some((partition) => compare(placeOf(a, partition), placeOf(b, partition)) < 0);

/** Of each partition of `a` the earlier one of both. */
export const earliest = (a: Places, b: Places): Places =>
  a.map((place, partition) => (compare(place, placeOf(b, partition)) < 0 ? place : placeOf(b, partition)));
