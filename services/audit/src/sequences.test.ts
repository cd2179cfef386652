import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHUNK } from "./ledgerSql.ts";
import { fromOffsets, subtract } from "./ranges.ts";
import { planGaps, type SeriesChunk } from "./sequenceGaps.ts";
import { batchesOf, candidates, type Spread } from "./sequenceSpread.ts";
import { chooseSeries, isConsecutive, type Series, type SeriesKind } from "./sequences.ts";

const numbers = fc
  .tuple(fc.constantFrom(0n, CHUNK - 10n, 3n * CHUNK), fc.uniqueArray(fc.nat({ max: 40 }), { minLength: 1 }))
  .map(([base, bits]) => bits.sort((a, b) => a - b).map((bit) => base + BigInt(bit)));

/** Chunks of some numbers, by a plain loop. */
function chunksOf(all: readonly bigint[]): SeriesChunk[] {
  const chunks = new Map<bigint, bigint[]>();
  for (const each of all) chunks.set(each / CHUNK, [...(chunks.get(each / CHUNK) ?? []), each]);
  return [...chunks].map(([chunk, held]) => ({
    chunk,
    first: held[0] ?? 0n,
    last: held.at(-1) ?? 0n,
    count: BigInt(held.length),
  }));
}

describe("planGaps", () => {
  it("names every gap between chunks, and every chunk with one inside", () => {
    fc.assert(
      fc.property(numbers, (all) => {
        const { between, inside } = planGaps(chunksOf(all), 1_000);
        const [first = 0n, last = 0n] = [all[0], all.at(-1)];
        const gaps = subtract([{ from: first, to: last + 1n }], fromOffsets(all));
        const within = gaps.filter(({ from, to }) => (from - 1n) / CHUNK === to / CHUNK);
        expect(inside).toEqual([...new Set(within.map(({ from }) => (from - 1n) / CHUNK))]);
        expect(between).toEqual(gaps.filter((gap) => !within.includes(gap)));
      }),
    );
  });

  it("goes no further than it must", () => {
    const chunks = chunksOf([0n, 2n, CHUNK, CHUNK + 2n, 2n * CHUNK, 2n * CHUNK + 2n]);
    expect(planGaps(chunks, 1)).toEqual({ between: [], inside: [0n] });
  });
});

const series = (symbol: string, kind: SeriesKind, count: number, last: number): Series => ({
  exchange: "X",
  symbol,
  kind,
  first: 1n,
  last: BigInt(last),
  count: BigInt(count),
});

describe("the rule of what is a sequence", () => {
  it("is half of the numbers between the first and the last", () => {
    expect([4, 5, 6].map((count) => isConsecutive(series("A", "all", count, 10)))).toEqual([
      false,
      true,
      true,
    ]);
    expect(isConsecutive(series("A", "all", 1, 1))).toBe(true);
  });

  it("takes all event types together, or those that are one by themselves", () => {
    const chosen = chooseSeries([
      series("A", "all", 5, 10),
      series("A", "trade", 5, 5),
      series("B", "all", 4, 10),
      series("B", "trade", 4, 4),
      series("B", "quote", 1, 10),
      series("C", "all", 4, 10),
    ]);
    expect(chosen.map(({ symbol, kind }) => `${symbol} ${kind}`)).toEqual(["A all", "B trade"]);
  });

  it("never leaves a series out that could be one, by the ledger's key alone", () => {
    fc.assert(
      fc.property(numbers, numbers, (trades, quotes) => {
        const spread = (kind: SeriesKind, all: readonly bigint[]): Spread => {
          const chunks = chunksOf(all).map(({ chunk }) => Number(chunk));
          return {
            exchange: "X",
            symbol: "A",
            kind,
            rows: chunks.length,
            first: chunks[0] ?? 0,
            last: chunks.at(-1) ?? 0,
          };
        };
        const read = candidates([spread("trade", trades), spread("quote", quotes)]).map(({ kind }) => kind);
        const both = [...new Set([...trades, ...quotes])].sort((a, b) => Number(a - b));
        for (const [kind, all] of [
          ["all", both],
          ["trade", trades],
          ["quote", quotes],
        ] as const) {
          const whole = { first: all[0] ?? 0n, last: all.at(-1) ?? 0n, count: BigInt(all.length) };
          if (isConsecutive(whole)) expect(read).toContain(kind);
        }
      }),
    );
  });

  it("never reads the numbers of one that is scattered or too large to be one", () => {
    const spread = { exchange: "X", symbol: "A", kind: "trade", first: 0 } as const;
    expect(candidates([{ ...spread, rows: 100, last: 1_000 }])).toEqual([]);
    expect(candidates([{ ...spread, rows: 20_000, last: 20_000 }])).toEqual([]);
  });
});

describe("batchesOf", () => {
  it("keeps each question within bounds, and leaves nothing out", () => {
    const spread = fc
      .integer({ min: 1, max: 16_384 })
      .map(
        (rows): Spread => ({ exchange: "X", symbol: String(rows), kind: "all", rows, first: 0, last: rows }),
      );
    fc.assert(
      fc.property(fc.array(spread, { maxLength: 40 }), (all) => {
        const batches = batchesOf(all);
        expect(batches.flat()).toEqual(all);
        for (const batch of batches)
          expect(batch.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(16_384);
      }),
    );
  });
});
