import type { Tick } from "../../services/common/src/index.ts";
import { latestTicks } from "./exactLoop.ts";

export interface ExpectedBook {
  readonly exchange: string;
  readonly bids: { price: number; size: number }[];
  readonly asks: { price: number; size: number }[];
  readonly events: number;
  readonly firstEventTime: string;
  readonly lastEventTime: string;
  readonly missing: { count: string; ranges: { first: string; last: string }[] };
  readonly crossed: boolean;
}

const LISTED_RANGES = 100;

/** The books at a moment by a plain loop over everything that was sent: apply one event after the other. */
export function bookLoop(sent: readonly Tick[], symbol: string, at: string, levels: number): ExpectedBook[] {
  const events = latestTicks(sent)
    .filter((tick) => tick.symbol === symbol && tick.event_type === "book" && tick.event_time <= at)
    .sort((a, b) => compare(a.event_time, b.event_time) || compare(BigInt(a.seq_id), BigInt(b.seq_id)));
  const exchanges = [...new Set(events.map(({ exchange }) => exchange))].sort();
  return exchanges.map((exchange) => {
    const own = events.filter((event) => event.exchange === exchange);
    const sides = { buy: new Map<number, number>(), sell: new Map<number, number>() };
    for (const { side, price, size } of own) {
      const side_ = sides[side === "buy" ? "buy" : "sell"];
      if (size === 0) side_.delete(price);
      else side_.set(price, size);
    }
    const sorted = (side: Map<number, number>, direction: number) =>
      [...side]
        .map(([price, size]) => ({ price, size }))
        .sort((a, b) => direction * (a.price - b.price))
        .slice(0, levels);
    const bids = sorted(sides.buy, -1);
    const asks = sorted(sides.sell, 1);
    const [bid, ask] = [bids[0]?.price, asks[0]?.price];
    return {
      exchange,
      bids,
      asks,
      events: own.length,
      firstEventTime: own[0]?.event_time ?? "",
      lastEventTime: own.at(-1)?.event_time ?? "",
      missing: missingOf(own.map(({ seq_id }) => BigInt(seq_id))),
      crossed: bid !== undefined && ask !== undefined && bid >= ask,
    };
  });
}

function missingOf(numbers: readonly bigint[]): ExpectedBook["missing"] {
  const sorted = [...new Set(numbers)].sort(compare);
  const ranges: { first: string; last: string }[] = [];
  let count = 0n;
  sorted.forEach((number, index) => {
    const before = sorted[index - 1];
    if (before === undefined || number === before + 1n) return;
    count += number - before - 1n;
    ranges.push({ first: String(before + 1n), last: String(number - 1n) });
  });
  return { count: String(count), ranges: ranges.slice(0, LISTED_RANGES) };
}

const compare = <T extends string | bigint>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
