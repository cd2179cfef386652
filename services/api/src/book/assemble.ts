import type { BookEventsRow, GapRow, LevelRow } from "../queries/book.ts";

export interface Level {
  readonly price: number;
  /** Total size at this price. */
  readonly size: number;
}

/** The book of one exchange. */
export interface Book {
  readonly exchange: string;
  /** Best first: the highest bid, the lowest ask. */
  readonly bids: Level[];
  readonly asks: Level[];
  readonly events: number;
  readonly firstEventTime: string;
  readonly lastEventTime: string;
  readonly missing: { readonly count: string; readonly ranges: { first: string; last: string }[] };
  /** Whether the best bid is at the best ask or above: the book of one exchange can't rest so. */
  readonly crossed: boolean;
}

/** Puts together what the three queries say of each exchange. An exchange whose levels are all removed has empty sides. */
export function assembleBooks(
  exchanges: readonly BookEventsRow[],
  levels: readonly LevelRow[],
  gaps: readonly GapRow[],
): Book[] {
  return exchanges.map(({ exchange, missing, ...events }) => {
    const sideOf = (side: LevelRow["side"]): Level[] =>
      levels
        .filter((level) => level.exchange === exchange && level.side === side)
        .map(({ price, size }) => ({ price, size }));
    const [bids, asks] = [sideOf("buy"), sideOf("sell")];
    const [bid, ask] = [bids[0], asks[0]];
    return {
      exchange,
      bids,
      asks,
      ...events,
      missing: {
        count: missing,
        ranges: gaps.filter((gap) => gap.exchange === exchange).map(({ first, last }) => ({ first, last })),
      },
      crossed: bid !== undefined && ask !== undefined && bid.price >= ask.price,
    };
  });
}
