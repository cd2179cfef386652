import type { Tick } from "@tickhouse/common";

/** A tick of a test; `at` is microseconds since 1970. */
export interface TestTick extends Omit<Tick, "event_time" | "seq_id"> {
  readonly at: number;
  readonly seq_id: number;
}

export interface ReferenceBar {
  readonly minute: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly vwap: number;
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const EXCHANGES = ["XNAS", "XNYS"] as const;

/** A feed without repetitions: trades and quotes of two exchanges, several at the same microsecond. */
export function createFeed(symbol: string, count: number, seed: number): TestTick[] {
  const random = createRandom(seed);
  const ticks: TestTick[] = [];
  let at = Date.UTC(2025, 10, 10, 14, 30) * 1000;
  for (let seq = 1; seq <= count; seq++) {
    // Every fourth tick shares its time with the one before: only seq_id tells which is first.
    if (seq % 4 !== 0) at += 1 + Math.floor(random() * 900_000);
    ticks.push({
      exchange: EXCHANGES[random() < 0.5 ? 0 : 1],
      symbol,
      at,
      seq_id: seq,
      event_type: random() < 0.7 ? "trade" : "quote",
      price: Number((180 + random() * 10).toFixed(4)),
      size: Number((0.001 + random() * 300).toFixed(3)),
      side: random() < 0.5 ? "buy" : "sell",
      source_version: 1,
    });
  }
  return ticks;
}

/** The latest version of each tick, as the feed's definition has it: what a repetition or a correction leaves. */
export function distinct(ticks: readonly TestTick[]): TestTick[] {
  const latest = new Map<string, TestTick>();
  for (const tick of ticks) {
    const side = tick.event_type === "trade" ? "" : tick.side;
    const identity = [tick.exchange, tick.symbol, tick.event_type, tick.at, tick.seq_id, side].join("|");
    const known = latest.get(identity);
    if (known === undefined || tick.source_version > known.source_version) latest.set(identity, tick);
  }
  return [...latest.values()];
}

/** Ticks that count: a trade of size 0 is busted. */
export const counted = (ticks: readonly TestTick[]): TestTick[] =>
  distinct(ticks).filter(({ event_type, size }) => !(event_type === "trade" && size === 0));

/**
 * Bars by a plain loop over the ticks, newest first: an answer that shares nothing with the queries. Its sums are
 * floating, ClickHouse's are decimal, so volume and VWAP agree to about 12 digits and not to the last bit.
 */
export function referenceBars(ticks: readonly TestTick[]): ReferenceBar[] {
  const trades = counted(ticks)
    .filter(({ event_type }) => event_type === "trade")
    .sort((a, b) => a.at - b.at || a.seq_id - b.seq_id);
  const bars = new Map<string, ReferenceBar & { notional: number }>();
  for (const { at, price, size } of trades) {
    const minute = new Date(Math.floor(at / 60e6) * 60e3).toISOString().replace(".000", "");
    const bar = bars.get(minute) ?? {
      minute,
      open: price,
      high: price,
      low: price,
      close: price,
      volume: 0,
      vwap: 0,
      notional: 0,
    };
    const volume = bar.volume + size;
    const notional = bar.notional + price * size;
    bars.set(minute, {
      ...bar,
      high: Math.max(bar.high, price),
      low: Math.min(bar.low, price),
      close: price,
      volume,
      notional,
      vwap: notional / volume,
    });
  }
  return [...bars.values()].map(({ notional: _notional, ...bar }) => bar).reverse();
}

/** `INSERT INTO ticks_all` of these ticks in this order. For tests: values are written into the SQL. */
export function insertSql(ticks: readonly TestTick[]): string {
  const quote = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const rows = ticks.map(
    (tick) =>
      `(${quote(tick.exchange)}, ${quote(tick.symbol)}, fromUnixTimestamp64Micro(${tick.at}, 'UTC'), ${tick.seq_id}, '${tick.event_type}', ${tick.price}, ${tick.size}, '${tick.side}', ${tick.source_version}, now64(6, 'UTC'))`,
  );
  return `INSERT INTO ticks_all (exchange, symbol, event_time, seq_id, event_type, price, size, side, source_version, ingest_time) VALUES ${rows.join(", ")}`;
}
