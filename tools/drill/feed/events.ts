import type { Random } from "../random.ts";
import type { FeedTick, LineKind } from "./line.ts";
import { corrected, createPrices, EXCHANGES, latened, makeSize, nextMoment } from "./market.ts";

/** A tick as it is to be sent, `after` so many lines. */
export interface Sending {
  readonly tick: FeedTick;
  readonly kinds: readonly LineKind[];
  readonly after: number;
}

/** Makes event by event of a market, each with all that is ever sent of it: duplicates, corrections, busts. */
export function createEvents(
  symbols: readonly string[],
  startMicros: bigint,
  random: Random,
): () => Sending[] {
  const prices = new Map(symbols.map((symbol) => [symbol, createPrices(random)]));
  const numbers = new Map(symbols.map((symbol) => [symbol, 0]));
  let clock = startMicros;

  return () => {
    const symbol = random.pick(symbols);
    const price = prices.get(symbol) ?? (() => 1);
    const seqId = (numbers.get(symbol) ?? 0) + 1;
    numbers.set(symbol, seqId);
    const moment = nextMoment(clock, random);
    clock = moment.micros;
    const late = random.chance(0.05);
    const tick: FeedTick = {
      exchange: random.pick(EXCHANGES),
      symbol,
      micros: late ? latened(clock, random) : clock,
      seqId,
      type: "trade",
      price: price(),
      size: makeSize(random),
      side: random.pick(["buy", "sell"] as const),
      version: 1,
    };
    const marks: LineKind[] = [
      ...(late ? (["late"] as const) : []),
      ...(moment.edge && !late ? (["boundary"] as const) : []),
      ...(moment.tie && !late ? (["tie"] as const) : []),
    ];
    const roll = random.float();
    if (roll < 0.1) return quote(tick, marks, random);
    if (roll < 0.18) return book(tick, marks, random);
    if (roll < 0.21) return twins(tick, marks, price);
    return trade(tick, marks, price, random);
  };
}

const later = (random: Random): number => (random.chance(0.2) ? 0 : random.int(1, 300));

/** Bid and ask under one number; now and then one of them again, or corrected. */
function quote(tick: FeedTick, marks: LineKind[], random: Random): Sending[] {
  const bid: FeedTick = { ...tick, type: "quote", side: "buy" };
  const ask: FeedTick = { ...bid, side: "sell", price: tick.price * 1.0001, size: makeSize(random) };
  const both = [bid, ask].map((each): Sending => ({ tick: each, kinds: ["quote", ...marks], after: 0 }));
  return random.chance(0.2) ? [...both, again(random.pick([bid, ask]), random)] : both;
}

function book(tick: FeedTick, marks: LineKind[], random: Random): Sending[] {
  const level: FeedTick = { ...tick, type: "book", size: random.chance(0.2) ? 0 : tick.size };
  return [
    { tick: level, kinds: ["book", ...marks], after: 0 },
    ...(random.chance(0.1) ? [again(level, random)] : []),
  ];
}

/** The same moment and number on both exchanges, at different prices. */
const twins = (tick: FeedTick, marks: LineKind[], price: () => number): Sending[] =>
  EXCHANGES.map((exchange) => ({
    tick: { ...tick, exchange, price: price() },
    kinds: ["trade", "twin", ...marks],
    after: 0,
  }));

const again = (tick: FeedTick, random: Random): Sending => ({
  tick,
  kinds: ["duplicate"],
  after: later(random),
});

function trade(tick: FeedTick, marks: LineKind[], price: () => number, random: Random): Sending[] {
  const first: Sending = { tick, kinds: ["trade", ...marks], after: 0 };
  const roll = random.float();
  if (roll < 0.1) return [first, again(tick, random)];
  if (roll < 0.18) {
    const second = corrected(tick, 2, price(), random);
    const sent: Sending = { tick: second, kinds: ["correction"], after: later(random) };
    // What was corrected may be told again, first or last.
    return random.chance(0.3) ? [first, sent, again(random.pick([tick, second]), random)] : [first, sent];
  }
  if (roll < 0.23) {
    const bust: FeedTick = { ...tick, version: 2, size: 0 };
    const busted: Sending = { tick: bust, kinds: ["bust"], after: later(random) };
    if (!random.chance(0.25)) return [first, busted];
    const restored = corrected(tick, 3, price(), random);
    return [first, busted, { tick: restored, kinds: ["restored"], after: busted.after + later(random) }];
  }
  if (roll < 0.27) {
    const early = corrected(tick, random.int(2, 9), price(), random);
    return [
      { tick: early, kinds: ["correction", ...marks], after: 0 },
      { tick, kinds: ["older version later"], after: later(random) },
    ];
  }
  return [first];
}
