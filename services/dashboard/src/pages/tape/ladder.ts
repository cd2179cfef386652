import type { Book, Level } from "../../api/types.ts";

/** One row of the ladder. */
export interface LadderRow extends Level {
  readonly side: "ask" | "bid";
  /** Size of this and every better level. */
  readonly total: number;
  /** Total as a share of the deeper side's, 0 to 1. */
  readonly share: number;
}

/** Asks above, worst first, then bids, best first. Pure. */
export function createLadder({ bids, asks }: Pick<Book, "bids" | "asks">): readonly LadderRow[] {
  const deepest = Math.max(sum(bids), sum(asks));
  return [...sideRows(asks, "ask", deepest).reverse(), ...sideRows(bids, "bid", deepest)];
}

function sideRows(levels: readonly Level[], side: LadderRow["side"], deepest: number): LadderRow[] {
  let total = 0;
  return levels.map((level) => {
    total += level.size;
    return { ...level, side, total, share: deepest === 0 ? 0 : total / deepest };
  });
}

const sum = (levels: readonly Level[]): number => levels.reduce((total, { size }) => total + size, 0);

/** Best ask less best bid, undefined while a side is empty. Pure. */
export function spreadOf({ bids, asks }: Pick<Book, "bids" | "asks">): number | undefined {
  const bid = bids[0]?.price;
  const ask = asks[0]?.price;
  return bid === undefined || ask === undefined ? undefined : ask - bid;
}
