import type { QueryOptions, Warehouse } from "../clickhouse/query.ts";
import { INTERVALS, type Interval } from "../intervals.ts";
import { barChanges, lastKnown, type StreamBarRow, streamBars } from "../queries/streamBars.ts";

/** A minute of one exchange that became known. */
export interface BarChange {
  readonly symbol: string;
  /** Seconds since 1970. */
  readonly minute: number;
  readonly exchange: string;
  readonly revision: number;
  /** Microseconds since 1970. */
  readonly known: number;
}

/** A bar of an interval by its start. */
export interface BarKey {
  readonly symbol: string;
  /** Seconds since 1970. */
  readonly start: number;
}

/** A bar as it is sent. */
export interface StreamBar extends BarKey {
  readonly revision: number;
  /** Microseconds since 1970. */
  readonly known: number;
  /** Its JSON object. */
  readonly json: string;
}

export interface BarReader {
  /** When the last bar became known; microseconds since 1970, 0 for never. */
  lastKnown(options: QueryOptions): Promise<number>;
  /** What became known after a moment, the earliest first, in pages. */
  readChanges(
    symbols: readonly string[],
    known: number,
    options: QueryOptions,
  ): AsyncGenerator<readonly BarChange[]>;
  /** Bars in the order in which they became known; one whose trades were all busted is not among them. */
  readBars(interval: Interval, keys: readonly BarKey[], options: QueryOptions): Promise<readonly StreamBar[]>;
}

/** Changed minutes of one page. */
const CHANGES = 2_000;

/** Bars asked for at once: their keys travel in the URL. */
const BARS = 500;

export const keyText = ({ symbol, start }: BarKey): string => `${symbol}@${start}`;

/** Start of the bar that a minute belongs to. */
export const startOf = (minute: number, interval: Interval): number =>
  Math.floor(minute / INTERVALS[interval]) * INTERVALS[interval];

export function createBarReader(warehouse: Warehouse, latenessSeconds: number): BarReader {
  return {
    async lastKnown(options) {
      const { rows } = await warehouse.query(lastKnown, {}, options);
      return Number(rows[0]?.known ?? 0);
    },

    async *readChanges(symbols, known, options) {
      let last = { known: String(known), symbol: "", minute: 0, exchange: "" };
      for (;;) {
        const params = { symbols, after: String(known), limit: CHANGES, ...last };
        const { rows } = await warehouse.query(barChanges, params, options);
        yield rows.map((row) => ({ ...row, known: Number(row.known) }));
        const end = rows.at(-1);
        if (end === undefined || rows.length < CHANGES) return;
        last = { known: end.known, symbol: end.symbol, minute: end.minute, exchange: end.exchange };
      }
    },

    async readBars(interval, keys, options) {
      const bars: StreamBar[] = [];
      for (let at = 0; at < keys.length; at += BARS) {
        const part = keys.slice(at, at + BARS);
        const starts = part.map(({ start }) => start);
        const params = {
          symbols: part.map(({ symbol }) => symbol),
          starts,
          first: Math.min(...starts),
          last: Math.max(...starts),
          seconds: INTERVALS[interval],
          lateness: latenessSeconds,
        };
        const { rows } = await warehouse.query(streamBars, params, options);
        bars.push(...rows.map((row) => toStreamBar(interval, row)));
      }
      return bars.sort((a, b) => a.known - b.known);
    },
  };
}

function toStreamBar(interval: Interval, { symbol, ...bar }: StreamBarRow): StreamBar {
  return {
    symbol,
    start: Date.parse(bar.time) / 1000,
    revision: Number(bar.revision),
    known: microsOf(bar.knownAt),
    json: JSON.stringify({
      symbol,
      interval,
      ...bar,
      trades: Number(bar.trades),
      revision: Number(bar.revision),
    }),
  };
}

/** `2025-11-10T17:23:00.123456Z` -> microseconds since 1970 */
const microsOf = (moment: string): number =>
  Date.parse(`${moment.slice(0, 19)}Z`) * 1000 + Number(moment.slice(20, 26));
