/** Offsets from `from` up to, and without, `to`. */
export interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

/** Ranges in ascending order that neither overlap nor touch: each set of offsets has one such form. */
export type Ranges = readonly Range[];

export const range = (from: bigint, to: bigint): Ranges => (from < to ? [{ from, to }] : []);

/** Brings ranges in any order, overlapping or empty ones among them, into that form. */
export function normalize(ranges: Iterable<Range>): Ranges {
  const ascending = [...ranges]
    .filter(({ from, to }) => from < to)
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const merged: Range[] = [];
  for (const next of ascending) {
    const last = merged.at(-1);
    if (last === undefined || next.from > last.to) merged.push(next);
    else if (next.to > last.to) merged[merged.length - 1] = { from: last.from, to: next.to };
  }
  return merged;
}

/** Single offsets as ranges, in any order, repeated or not. */
export const fromOffsets = (offsets: Iterable<bigint>): Ranges =>
  normalize(Array.from(offsets, (offset) => ({ from: offset, to: offset + 1n })));

export const union = (...all: readonly Ranges[]): Ranges => normalize(all.flat());

/** The part of a set that lies in one range. */
export const clip = (ranges: Ranges, { from, to }: Range): Ranges =>
  ranges.flatMap((each) => range(each.from > from ? each.from : from, each.to < to ? each.to : to));

/** What of a range is not in a set. */
export function complement(ranges: Ranges, within: Range): Ranges {
  const gaps: Range[] = [];
  let at = within.from;
  for (const { from, to } of clip(ranges, within)) {
    if (from > at) gaps.push({ from: at, to: from });
    at = to;
  }
  return [...gaps, ...range(at, within.to)];
}

/** What is in the first set and not in the second. */
export function subtract(ranges: Ranges, other: Ranges): Ranges {
  const left: Range[] = [];
  let next = 0;
  for (const each of ranges) {
    // Both ascend, so what ends before this one concerns no later one.
    while (next < other.length && (other[next] as Range).to <= each.from) next += 1;
    let at = each.from;
    for (let index = next; index < other.length; index += 1) {
      const hole = other[index] as Range;
      if (hole.from >= each.to) break;
      if (hole.from > at) left.push({ from: at, to: hole.from });
      if (hole.to > at) at = hole.to;
    }
    left.push(...range(at, each.to));
  }
  return left;
}

/** How many offsets a set has. */
export const count = (ranges: Ranges): bigint => ranges.reduce((sum, { from, to }) => sum + (to - from), 0n);

/** Whether an offset is in a set. */
export function has(ranges: Ranges, offset: bigint): boolean {
  let [first, end] = [0, ranges.length];
  while (first < end) {
    const middle = (first + end) >> 1;
    if ((ranges[middle] as Range).to <= offset) first = middle + 1;
    else end = middle;
  }
  const found = ranges[first];
  return found !== undefined && found.from <= offset;
}
