import type { Node } from "./node.ts";
import type { Ranges } from "./ranges.ts";
import { listGaps } from "./sequenceGaps.ts";
import { batchesOf, candidates, nameOf, type SpreadRow, toSpread } from "./sequenceSpread.ts";
import { SERIES, SPREAD } from "./sequenceSql.ts";

/** `all`: the event types of a symbol share one sequence. */
export type SeriesKind = "all" | "trade" | "quote" | "book";

/** Numbers that a source gave its events. */
export interface Series {
  readonly exchange: string;
  readonly symbol: string;
  readonly kind: SeriesKind;
  readonly first: bigint;
  readonly last: bigint;
  /** Distinct numbers that are stored. */
  readonly count: bigint;
}

/** A series that is numbered consecutively, with what it lacks. */
export interface NumberedSeries extends Series {
  /** Numbers between first and last that never came. */
  readonly missing: bigint;
  /** The first of them; see `limits`. */
  readonly gaps: Ranges;
}

/** What the sources' own numbers say. It is about the sources: no gap here makes an audit fail. */
export interface Sequences {
  readonly numbered: readonly NumberedSeries[];
  /** Fewer than half of the numbers between first and last are there: nothing can be said of gaps. */
  readonly notNumbered: readonly Pick<Series, "exchange" | "symbol">[];
}

export interface SequenceLimits {
  /** Gaps that are listed of one series. @default 10 */
  readonly gaps?: number;
  /** Series whose gaps are listed, those that lack most first. @default 20 */
  readonly series?: number;
}

interface SeriesRow {
  readonly exchange: string;
  readonly symbol: string;
  readonly kind: SeriesKind;
  readonly first: string;
  readonly last: string;
  readonly count: string;
}

/**
 * Finds what the sources never sent, for each exchange and symbol. The event types count as one sequence where at
 * least half of the numbers between the first and the last are there; else each event type by itself where that is
 * true of it; else the symbol is not numbered consecutively.
 *
 * What it can't see: numbers before the first and after the last that came; gaps where a source starts again at a
 * lower number (each day, say), since another day's numbers fill them; and gaps of one event type that the numbers of
 * another one fill, where each type is numbered by itself.
 */
export async function readSequences(node: Node, limits: SequenceLimits = {}): Promise<Sequences> {
  const spreads = (await node.rows<SpreadRow>(SPREAD)).map(toSpread);
  const series: Series[] = [];
  for (const batch of batchesOf(candidates(spreads))) {
    const rows = await node.rows<SeriesRow>(SERIES, {
      exchanges: batch.map(({ exchange }) => exchange),
      symbols: batch.map(({ symbol }) => symbol),
      kinds: batch.map(({ kind }) => kind),
    });
    series.push(...rows.map(toSeries));
  }
  const chosen = chooseSeries(series);
  const named = new Set(chosen.map(nameOf));
  const others = new Map(
    spreads.filter((each) => !named.has(nameOf(each))).map((each) => [nameOf(each), each]),
  );
  const numbered = chosen.map((each) => ({ ...each, missing: each.last - each.first + 1n - each.count }));
  return {
    numbered: await withGaps(node, numbered, limits),
    notNumbered: [...others.values()].map(({ exchange, symbol }) => ({ exchange, symbol })),
  };
}

const toSeries = (row: SeriesRow): Series => ({
  ...row,
  first: BigInt(row.first),
  last: BigInt(row.last),
  count: BigInt(row.count),
});

/** Whether at least half of the numbers of a series are there. Pure. */
export const isConsecutive = ({ first, last, count }: Pick<Series, "first" | "last" | "count">): boolean =>
  count * 2n >= last - first + 1n;

/** Which series a symbol is: all event types together, or those that are consecutive by themselves. Pure. */
export function chooseSeries(series: readonly Series[]): Series[] {
  const together = series.filter((each) => each.kind === "all" && isConsecutive(each));
  const named = new Set(together.map(nameOf));
  const apart = series.filter(
    (each) => each.kind !== "all" && !named.has(nameOf(each)) && isConsecutive(each),
  );
  return [...together, ...apart];
}

async function withGaps(
  node: Node,
  numbered: readonly Omit<NumberedSeries, "gaps">[],
  { gaps = 10, series = 20 }: SequenceLimits,
): Promise<NumberedSeries[]> {
  const worstFirst = numbered.toSorted((a, b) =>
    a.missing < b.missing ? 1 : a.missing > b.missing ? -1 : 0,
  );
  const listed = new Set(worstFirst.slice(0, series));
  const result: NumberedSeries[] = [];
  for (const each of numbered)
    result.push({
      ...each,
      gaps: each.missing > 0n && listed.has(each) ? await listGaps(node, each, gaps) : [],
    });
  return result;
}
