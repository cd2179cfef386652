import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advance, type Found } from "./frontier.ts";
import { compare, type Place } from "./places.ts";

const at = (offset: number, line = 0): Place => ({ offset: BigInt(offset), line });
const found = (runs: [number, number][], settled?: number, cutAt?: number): Found => ({
  runs: runs.map(([first, last]) => [BigInt(first), BigInt(last)] as const),
  settled: settled === undefined ? undefined : BigInt(settled),
  cutAt: cutAt === undefined ? undefined : BigInt(cutAt),
});

describe("advance", () => {
  it.each<[string, Place, Found, Place]>([
    ["stays where nothing has come", at(5), found([]), at(5)],
    ["goes to the end of a run", at(5), found([[5, 9]]), at(10)],
    ["goes on from the middle of a message", at(5, 3), found([[5, 9]]), at(10)],
    ["waits before a gap", at(5), found([[6, 9]]), at(5)],
    [
      "goes up to a gap and no further",
      at(5),
      found([
        [5, 6],
        [8, 9],
      ]),
      at(7),
    ],
    [
      "goes over a gap when what follows it is old",
      at(5),
      found(
        [
          [5, 6],
          [8, 9],
        ],
        8,
      ),
      at(10),
    ],
    [
      "waits before a young gap behind an old one",
      at(5),
      found(
        [
          [7, 7],
          [9, 9],
        ],
        7,
      ),
      at(8),
    ],
    ["goes over lines that an old message lacks", at(5), found([], 5), at(6)],
    ["does not go back", at(5), found([], 3), at(5)],
    ["keeps from the message where the answer was cut", at(5), found([[5, 6]], 7, 7), at(7)],
    ["keeps from it when that is where it is already", at(5, 2), found([], 5, 5), at(5, 2)],
  ])("%s", (_name, next, answer, expected) => expect(advance(next, answer)).toEqual(expected));

  it("ends at the first offset that is missing, whatever the order of arrival", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 60 })),
        fc.integer({ min: 0, max: 60 }),
        (arrived, start) => {
          const there = new Set(arrived);
          const runs: [number, number][] = [];
          for (const offset of arrived.toSorted((a, b) => a - b)) {
            const run = runs.at(-1);
            if (run?.[1] === offset - 1) run[1] = offset;
            else runs.push([offset, offset]);
          }
          let missing = start;
          while (there.has(missing)) missing += 1;
          const place = advance(at(start), found(runs));
          expect(compare(place, at(missing))).toBe(0);
        },
      ),
    );
  });
});
