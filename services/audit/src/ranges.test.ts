import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  clip,
  complement,
  count,
  fromOffsets,
  has,
  normalize,
  type Range,
  subtract,
  union,
} from "./ranges.ts";

const SPAN = 40;
const offset = fc.bigInt({ min: 0n, max: BigInt(SPAN) });
const anyRange = fc.tuple(offset, offset).map(([from, to]): Range => ({ from, to }));
const anyRanges = fc.array(anyRange, { maxLength: 12 });
const set = anyRanges.map(normalize);

/** The plain way: every offset by itself. */
const naive = (ranges: Iterable<Range>): Set<bigint> => {
  const offsets = new Set<bigint>();
  for (const { from, to } of ranges) for (let at = from; at < to; at += 1n) offsets.add(at);
  return offsets;
};
const sorted = (offsets: Iterable<bigint>): bigint[] => [...offsets].sort((a, b) => Number(a - b));

/** Ascending, not empty, not overlapping and not touching. */
const expectNormal = (ranges: readonly Range[]): void => {
  ranges.forEach(({ from, to }, index) => {
    expect(from).toBeLessThan(to);
    const before = ranges[index - 1];
    if (before !== undefined) expect(before.to).toBeLessThan(from);
  });
};

describe("ranges are the sets that they stand for", () => {
  const same = (actual: readonly Range[], expected: Iterable<bigint>): void => {
    expectNormal(actual);
    expect(sorted(naive(actual))).toEqual(sorted(expected));
  };

  it("normalize", () => {
    fc.assert(fc.property(anyRanges, (ranges) => same(normalize(ranges), naive(ranges))));
  });

  it("fromOffsets", () => {
    fc.assert(fc.property(fc.array(offset), (offsets) => same(fromOffsets(offsets), new Set(offsets))));
  });

  it("union", () => {
    fc.assert(
      fc.property(set, set, set, (a, b, c) =>
        same(union(a, b, c), new Set([...naive(a), ...naive(b), ...naive(c)])),
      ),
    );
  });

  it("clip", () => {
    fc.assert(
      fc.property(set, anyRange, (ranges, within) => {
        const inside = naive([within]);
        same(
          clip(ranges, within),
          [...naive(ranges)].filter((each) => inside.has(each)),
        );
      }),
    );
  });

  it("complement", () => {
    fc.assert(
      fc.property(set, anyRange, (ranges, within) => {
        const held = naive(ranges);
        same(
          complement(ranges, within),
          [...naive([within])].filter((each) => !held.has(each)),
        );
      }),
    );
  });

  it("subtract", () => {
    fc.assert(
      fc.property(set, set, (ranges, other) => {
        const held = naive(other);
        same(
          subtract(ranges, other),
          [...naive(ranges)].filter((each) => !held.has(each)),
        );
      }),
    );
  });

  it("has", () => {
    fc.assert(fc.property(set, offset, (ranges, each) => has(ranges, each) === naive(ranges).has(each)));
  });

  it("count", () => {
    fc.assert(fc.property(set, (ranges) => count(ranges) === BigInt(naive(ranges).size)));
  });
});

it("takes offsets beyond what a double can tell apart", () => {
  const far = 2n ** 62n;
  expect(fromOffsets([far + 2n, far, far + 1n, far + 4n])).toEqual([
    { from: far, to: far + 3n },
    { from: far + 4n, to: far + 5n },
  ]);
});
