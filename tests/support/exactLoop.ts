import type { Tick } from "../../services/common/src/index.ts";
import { type AnsweredBar, answerOf } from "../../tools/drill/compare/bars.ts";
import { type OpenBar, openBars } from "../../tools/drill/ledger/barLoop.ts";

/** A bar as `GET /bars` answers it, without what depends on when it was asked. */
export type ExactBar = AnsweredBar;

/**
 * What the source says in the end: of each identity the row with the highest source_version (the first of equals,
 * which are copies). A plain loop over everything that was sent, in any order.
 */
export function latestTicks(sent: readonly Tick[]): Tick[] {
  const latest = new Map<string, Tick>();
  for (const tick of sent) {
    const { exchange, symbol, event_type, event_time, seq_id, side } = tick;
    const key = [exchange, symbol, event_type, event_time, seq_id, event_type === "trade" ? "" : side].join(
      "|",
    );
    const known = latest.get(key);
    if (known === undefined || tick.source_version > known.source_version) latest.set(key, tick);
  }
  return [...latest.values()];
}

/** Bars of one symbol by the drill's plain loop over its distinct trades, oldest first, with whole sums. */
export function openBarsOf(sent: readonly Tick[], symbol: string, seconds: number): OpenBar[] {
  const ticks = latestTicks(sent)
    .filter((tick) => tick.symbol === symbol)
    .map((tick) => ({
      exchange: tick.exchange,
      symbol,
      micros:
        BigInt(Date.parse(`${tick.event_time.slice(0, 23)}Z`)) * 1_000n +
        BigInt(tick.event_time.slice(23, 26)),
      seqId: BigInt(tick.seq_id),
      type: tick.event_type,
      price: tick.price,
      size: tick.size,
      side: tick.side,
      version: tick.source_version,
    }));
  return openBars(ticks, seconds);
}

/** The same bars as they are answered, newest first. */
export const exactBarsOf = (sent: readonly Tick[], symbol: string, seconds: number): ExactBar[] =>
  openBarsOf(sent, symbol, seconds).map(answerOf).reverse();
