import { createHash } from "node:crypto";
import type { Side, Tick } from "@tickhouse/common";
import { formatMicros, wallMicros } from "../time.ts";
import { eventMicros } from "./liveTime.ts";
import type { FeedQuote, FeedTrade } from "./liveTypes.ts";

const SEQ_ID_MAX = 2n ** 64n - 1n;

/** `BTC/USDT` -> `BTCUSDT`; a perpetual `BTC/USDT:USDT` -> `BTCUSDT.USDT`, another market than the spot one. */
export function tickSymbol(ccxtSymbol: string): string {
  return ccxtSymbol.replace("/", "").replace(":", ".");
}

/**
 * A trade id as a 64-bit number. A number stays itself. Some exchanges use UUIDs or other texts: those become the
 * first 8 bytes of their SHA-256, so that the same trade has the same number after a reconnect or a restart, on any
 * machine; a counter of our own would make every replayed snapshot a set of new trades. Two ids of one moment sharing
 * a number is a matter of 1 in 2^64. Such numbers don't rise with time.
 */
export function tradeSeqId(id: string): bigint {
  if (/^\d{1,20}$/.test(id) && BigInt(id) <= SEQ_ID_MAX) return BigInt(id);
  return createHash("sha256").update(id).digest().readBigUInt64BE();
}

/**
 * Trades of one symbol in the order they happened. ccxt sorts those of one message by millisecond and then by id as a
 * text, which puts trade 10 before trade 9; here it is by microsecond and then by number.
 */
export function inOrder(trades: readonly FeedTrade[]): FeedTrade[] {
  const keyed = trades.map((trade) => ({
    trade,
    micros: eventMicros(trade.info, trade.timestamp ?? 0),
    number: /^\d{1,20}$/.test(trade.id ?? "") ? BigInt(trade.id ?? 0) : undefined,
  }));
  keyed.sort((a, b) => {
    if (a.micros !== b.micros) return a.micros < b.micros ? -1 : 1;
    // Ids that are no numbers tell no order: the sort leaves such trades where ccxt put them.
    if (a.number === undefined || b.number === undefined || a.number === b.number) return 0;
    return a.number < b.number ? -1 : 1;
  });
  return keyed.map(({ trade }) => trade);
}

export interface LiveMapper {
  /** A tick, or undefined when the exchange left out price, amount or time. */
  trade(trade: FeedTrade, symbol: string): Tick | undefined;
  /** Bid and ask, as far as the exchange named them; none when nothing changed since the last call. */
  quote(quote: FeedQuote, symbol: string): Tick[];
}

/**
 * Maps what ccxt reports to ticks. Keeps, for each symbol, the last trade and quote.
 *
 * - A trade without an id is identified by its content.
 * - A trade without a side gets the tick rule's: buy above the last price, sell below it, else the last side
 *   (Lee and Ready, 1991).
 * - A quote's number is the exchange's own (Binance `u`) or its event time in microseconds, raised to stay unique.
 * - A quote without a time (Binance spot) gets the time it arrived. A size that is not told is 0.
 *
 * @param now wall clock, microseconds since 1970
 */
export function createLiveMapper(exchangeId: string, now: () => bigint = wallMicros): LiveMapper {
  const exchange = exchangeId.toUpperCase();
  const lastTrades = new Map<string, { readonly price: number; readonly side: Side }>();
  const lastQuotes = new Map<string, string>();
  const lastNumbers = new Map<string, bigint>();

  return {
    trade(trade, ccxtSymbol) {
      const { price, amount, timestamp } = trade;
      if (!isAmount(price) || !isAmount(amount) || !isAmount(timestamp)) return undefined;
      const symbol = tickSymbol(ccxtSymbol);
      const side = sideOf(trade.side) ?? tickRule(price, lastTrades.get(symbol));
      lastTrades.set(symbol, { price, side });
      const event_time = formatMicros(eventMicros(trade.info, timestamp));
      const id = trade.id ?? `${event_time} ${price} ${amount} ${side}`;
      const seq_id = tradeSeqId(id);
      return {
        exchange,
        symbol,
        event_time,
        seq_id,
        event_type: "trade",
        price,
        size: amount,
        side,
        source_version: 1,
      };
    },

    quote(quote, ccxtSymbol) {
      const symbol = tickSymbol(ccxtSymbol);
      const { bid, bidVolume, ask, askVolume } = quote;
      const content = JSON.stringify([bid, bidVolume, ask, askVolume]);
      if (lastQuotes.get(symbol) === content) return [];
      lastQuotes.set(symbol, content);
      const micros = isAmount(quote.timestamp) ? eventMicros(quote.info, quote.timestamp) : now();
      const last = lastNumbers.get(symbol) ?? 0n;
      const seq_id = updateNumber(quote.info) ?? (micros > last ? micros : last + 1n);
      lastNumbers.set(symbol, seq_id);
      const base = {
        exchange,
        symbol,
        event_time: formatMicros(micros),
        seq_id,
        event_type: "quote" as const,
      };
      const half = (side: Side, price: unknown, size: unknown): Tick[] =>
        isAmount(price) ? [{ ...base, price, size: isAmount(size) ? size : 0, side, source_version: 1 }] : [];
      return [...half("buy", bid, bidVolume), ...half("sell", ask, askVolume)];
    },
  };
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function sideOf(side: string | undefined): Side | undefined {
  return side === "buy" || side === "sell" ? side : undefined;
}

function tickRule(price: number, last: { readonly price: number; readonly side: Side } | undefined): Side {
  if (last === undefined || price > last.price) return "buy";
  return price < last.price ? "sell" : last.side;
}

/** The number an exchange gives each change of its book, where its quote carries one. */
function updateNumber(info: unknown): bigint | undefined {
  if (typeof info !== "object" || info === null || !("u" in info)) return undefined;
  const text = String(info.u);
  return /^\d{1,19}$/.test(text) ? BigInt(text) : undefined;
}
