import type { Tick } from "../../services/common/src/index.ts";
import { nearest, units } from "../../tools/drill/ledger/barLoop.ts";
import { latestTicks } from "./exactLoop.ts";
import { microsOf } from "./ticks.ts";

/** A bucket as `/microstructure` answers it. */
export interface Bucket {
  readonly time: string;
  readonly exchange: string;
  readonly trades: number;
  readonly quotes: number;
  readonly mid: number | null;
  readonly quotedSpread: number | null;
  readonly timeWeightedSpread: number | null;
  readonly relativeSpreadBps: number | null;
  readonly effectiveSpread: number | null;
  readonly tradeImbalance: number | null;
  readonly quoteImbalance: number | null;
  readonly orderFlowImbalance: number | null;
  readonly kyleLambda: number | null;
}

/** Prices and sizes as whole numbers of 1e-18, so that every sum is exact. */
interface Quote {
  readonly bid: bigint;
  readonly bidSize: bigint;
  readonly ask: bigint;
  readonly askSize: bigint;
}

type Event = { readonly micros: number } & (
  | { readonly kind: "trade"; readonly price: bigint; readonly size: bigint; readonly sign: bigint }
  | { readonly kind: "update"; readonly quote: Quote | undefined }
);

const ONE = 10n ** 18n;
const PARTS = 60;
const LEAST_POINTS = 3;

/** The figures of every bucket by plain loops over everything that was sent, newest first. */
export function microstructureLoop(sent: readonly Tick[], symbol: string, seconds: number): Bucket[] {
  const ticks = latestTicks(sent).filter((tick) => tick.symbol === symbol && tick.event_type !== "book");
  const buckets: Bucket[] = [];
  for (const exchange of new Set(ticks.map((tick) => tick.exchange))) {
    const own = ticks.filter((tick) => tick.exchange === exchange);
    for (const day of new Set(own.map((tick) => tick.event_time.slice(0, 10)))) {
      const events = eventsOf(own.filter((tick) => tick.event_time.startsWith(day)));
      const length = seconds * 1_000_000;
      for (const start of new Set(events.map(({ micros }) => micros - (micros % length))))
        buckets.push(bucketOf(events, exchange, start, start + length));
    }
  }
  return buckets.sort((a, b) =>
    a.time === b.time ? compare(a.exchange, b.exchange) : compare(b.time, a.time),
  );
}

/** Trades and updates of one day and exchange, in order; trades before the quotes of their microsecond. */
function eventsOf(ticks: readonly Tick[]): Event[] {
  const trades = ticks.filter(({ event_type, size }) => event_type === "trade" && size > 0);
  const quotes = ticks
    .filter(({ event_type }) => event_type === "quote")
    .sort(
      (a, b) =>
        compare(a.event_time, b.event_time) ||
        compare(BigInt(a.seq_id), BigInt(b.seq_id)) ||
        compare(a.side, b.side),
    );
  const events: Event[] = trades
    .sort((a, b) => compare(a.event_time, b.event_time) || compare(BigInt(a.seq_id), BigInt(b.seq_id)))
    .map(({ event_time, price, size, side }) => ({
      kind: "trade",
      micros: microsOf(event_time),
      price: units(price),
      size: units(size),
      sign: side === "buy" ? 1n : side === "sell" ? -1n : 0n,
    }));
  const told: { buy?: Tick; sell?: Tick } = {};
  for (let index = 0; index < quotes.length; index += 1) {
    const [one, other] = [quotes[index], quotes[index + 1]];
    if (one === undefined) break;
    told[one.side === "buy" ? "buy" : "sell"] = one;
    if (other !== undefined && areOneUpdate(one, other)) {
      told[other.side === "buy" ? "buy" : "sell"] = other;
      index += 1;
    }
    events.push({ kind: "update", micros: microsOf(one.event_time), quote: quoteOf(told.buy, told.sell) });
  }
  return events.sort((a, b) => a.micros - b.micros || rank(a) - rank(b));
}

const rank = ({ kind }: Event): number => (kind === "trade" ? 0 : 1);

const areOneUpdate = (one: Tick, other: Tick): boolean =>
  one.event_time === other.event_time &&
  one.side !== other.side &&
  BigInt(other.seq_id) - BigInt(one.seq_id) <= 1n;

function quoteOf(bid: Tick | undefined, ask: Tick | undefined): Quote | undefined {
  if (bid === undefined || ask === undefined) return undefined;
  const quote = {
    bid: units(bid.price),
    bidSize: units(bid.size),
    ask: units(ask.price),
    askSize: units(ask.size),
  };
  return Object.values(quote).every((value) => value > 0n) ? quote : undefined;
}

/** The quote that the last of these events left. */
function lastQuote(events: readonly Event[]): Quote | undefined {
  let quote: Quote | undefined;
  for (const event of events) if (event.kind === "update") quote = event.quote;
  return quote;
}

function bucketOf(day: readonly Event[], exchange: string, start: number, end: number): Bucket {
  const before = day.filter(({ micros }) => micros < start);
  const events = day.filter(({ micros }) => micros >= start && micros < end);
  const mid = lastQuote([...before, ...events]);
  const sums = { spread: 0n, relative: 0n, depth: 0n, flow: 0n, effective: 0n, weighted: 0n };
  const counts = { updates: 0, quotes: 0, flows: 0, trades: 0, measured: 0, micros: 0 };
  let [bought, sold] = [0n, 0n];
  let quote = lastQuote(before);
  let since = start;
  const hold = (until: number) => {
    if (quote !== undefined) {
      counts.micros += until - since;
      sums.weighted += (quote.ask - quote.bid) * BigInt(until - since);
    }
    since = until;
  };
  for (const event of events) {
    if (event.kind === "trade") {
      counts.trades += 1;
      if (event.sign > 0n) bought += event.size;
      if (event.sign < 0n) sold += event.size;
      if (quote !== undefined && event.sign !== 0n && event.price > 0n) {
        counts.measured += 1;
        sums.effective += event.sign * (2n * event.price - quote.bid - quote.ask);
      }
      continue;
    }
    hold(event.micros);
    counts.quotes += 1;
    const now = event.quote;
    if (now !== undefined) {
      counts.updates += 1;
      sums.spread += now.ask - now.bid;
      sums.relative += (20_000n * (now.ask - now.bid) * ONE) / (now.ask + now.bid);
      sums.depth += ((now.bidSize - now.askSize) * ONE) / (now.bidSize + now.askSize);
      if (quote !== undefined) {
        counts.flows += 1;
        sums.flow += flowOf(quote, now);
      }
    }
    quote = now;
  }
  hold(end);
  return {
    time: new Date(start / 1_000).toISOString().replace(".000", ""),
    exchange,
    trades: counts.trades,
    quotes: counts.quotes,
    mid: mid === undefined ? null : nearest(mid.bid + mid.ask) / 2,
    quotedSpread: mean(sums.spread, counts.updates),
    timeWeightedSpread: mean(sums.weighted, counts.micros),
    relativeSpreadBps: mean(sums.relative, counts.updates),
    effectiveSpread: mean(sums.effective, counts.measured),
    tradeImbalance: bought + sold === 0n ? null : nearest(bought - sold) / nearest(bought + sold),
    quoteImbalance: mean(sums.depth, counts.updates),
    orderFlowImbalance: counts.flows === 0 ? null : nearest(sums.flow),
    kyleLambda: lambdaOf(day, start, end),
  };
}

const mean = (sum: bigint, count: number): number | null => (count === 0 ? null : nearest(sum) / count);

function flowOf(old: Quote, now: Quote): bigint {
  let flow = 0n;
  if (now.bid >= old.bid) flow += now.bidSize;
  if (now.bid <= old.bid) flow -= old.bidSize;
  if (now.ask <= old.ask) flow -= now.askSize;
  if (now.ask >= old.ask) flow += old.askSize;
  return flow;
}

/** The slope of change of mid on signed volume, over the parts that hold a signed trade and know both mids. */
function lambdaOf(day: readonly Event[], start: number, end: number): number | null {
  const length = (end - start) / PARTS;
  const points: { x: bigint; y2: bigint }[] = [];
  for (let part = start; part < end; part += length) {
    const inPart = day.filter(({ micros }) => micros >= part && micros < part + length);
    const signed = inPart.flatMap((event) => (event.kind === "trade" && event.sign !== 0n ? [event] : []));
    const from = lastQuote(day.filter(({ micros }) => micros < part));
    const to = lastQuote(day.filter(({ micros }) => micros < part + length));
    if (signed.length === 0 || from === undefined || to === undefined) continue;
    const x = signed.reduce((sum, { size, sign }) => sum + sign * size, 0n);
    points.push({ x, y2: to.bid + to.ask - from.bid - from.ask });
  }
  if (points.length < LEAST_POINTS) return null;
  const n = BigInt(points.length);
  const sum = (value: (point: { x: bigint; y2: bigint }) => bigint) =>
    points.reduce((total, point) => total + value(point), 0n);
  const variation = n * sum(({ x }) => x * x) - sum(({ x }) => x) ** 2n;
  const covariation = n * sum(({ x, y2 }) => x * y2) - sum(({ x }) => x) * sum(({ y2 }) => y2);
  return variation === 0n ? null : nearestOfSquare(covariation) / nearestOfSquare(2n * variation);
}

/** The double next to a number of 1e-36 units: a product of two decimals. */
const nearestOfSquare = (value: bigint): number => Number(`${value}e-36`);

const compare = <T extends string | bigint>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
