import type { Tick } from "../../services/common/src/index.ts";
import { isoMicros, makeFeed } from "./ticks.ts";

/** A symbol of which everything is known that a dashboard shows. */
export const SYMBOL = "DASH";

const START_MICROS = 1_700_400_000_000_000n;

export interface DashboardFeed {
  /** What the source said, in the order of sending; some of it more than once. */
  readonly sent: readonly Tick[];
  /** Rows that are not counted, by reason. */
  readonly dropped: Readonly<Record<"duplicate" | "superseded" | "busted", number>>;
}

/**
 * Trades and quotes of half an hour, a book with a gap, and of the trades each 25th corrected, each 40th taken back, each
 * tenth sent twice. The same for everyone.
 */
export function makeDashboardFeed(): DashboardFeed {
  const clean = makeFeed({
    symbols: [SYMBOL],
    exchange: "TEST",
    trades: 2_000,
    startMicros: START_MICROS,
    seed: 11,
  });
  const trades = clean.filter(({ event_type }) => event_type === "trade");
  const corrected = trades.filter((_, index) => index % 25 === 3);
  const busted = trades.filter((_, index) => index % 40 === 7);
  const copies = trades.filter((_, index) => index % 10 === 9);
  const sent = [
    ...clean,
    ...makeBook(),
    ...copies,
    ...corrected.map((tick) => ({ ...tick, source_version: 2, price: tick.price + 0.5 })),
    ...busted.map((tick) => ({ ...tick, source_version: 3, size: 0 })),
  ];
  return { sent, dropped: countDropped(sent) };
}

/** Fifty levels come, some change, some go; seven events of the sequence never come. */
function makeBook(): Tick[] {
  const common = { exchange: "TEST", symbol: SYMBOL, event_type: "book", source_version: 1 } as const;
  const at = (seq: number) => ({ seq_id: seq, event_time: isoMicros(START_MICROS + BigInt(seq) * 1_000n) });
  const events = Array.from({ length: 90 }, (_, index): Tick => {
    const seq = index + 1;
    const level = index % 50;
    const side = level < 25 ? "buy" : "sell";
    const price = level < 25 ? 99.99 - level / 100 : 100.01 + (level - 25) / 100;
    const size = index >= 50 && index % 3 === 0 ? 0 : 1 + (seq % 17) / 4;
    return { ...common, ...at(seq), side, price: Number(price.toFixed(2)), size };
  });
  return events.filter(({ seq_id }) => ![5, 6, 7, 30, 60, 61, 62].includes(Number(seq_id)));
}

/** By a plain loop: of each identity one row counts, the first of those with the highest version; none when busted. */
function countDropped(sent: readonly Tick[]): DashboardFeed["dropped"] {
  const groups = new Map<string, Tick[]>();
  for (const tick of sent) {
    const { exchange, symbol, event_type, event_time, seq_id, side } = tick;
    const key = [exchange, symbol, event_type, event_time, seq_id, event_type === "trade" ? "" : side].join(
      "|",
    );
    groups.set(key, [...(groups.get(key) ?? []), tick]);
  }
  const dropped = { duplicate: 0, superseded: 0, busted: 0 };
  for (const ticks of groups.values()) {
    const highest = Math.max(...ticks.map(({ source_version }) => source_version));
    const last = ticks.find(({ source_version }) => source_version === highest);
    const isBusted = last?.event_type === "trade" && last.size === 0;
    if (isBusted) dropped.busted += ticks.length;
    else {
      const lower = ticks.filter(({ source_version }) => source_version < highest).length;
      dropped.superseded += lower;
      dropped.duplicate += ticks.length - lower - 1;
    }
  }
  return dropped;
}
