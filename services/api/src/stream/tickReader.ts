import type { QueryOptions, Warehouse } from "../clickhouse/query.ts";
import {
  newTicks,
  type PartitionRow,
  type PlacesParams,
  pastTicks,
  ROWS_OF_A_PARTITION,
  storedEnds,
} from "../queries/streamTicks.ts";
import { advance } from "./frontier.ts";
import { compare, FIRST, latest, type Place, type Places, placeOf } from "./places.ts";

/** A tick as it is sent, with its place. */
export interface StreamTick extends Place {
  readonly partition: number;
  readonly symbol: string;
  /** Its JSON object. */
  readonly json: string;
}

/** What was read from one place to another: ticks in the order of (partition, offset, line), each place once. */
export interface TickRead {
  readonly ticks: readonly StreamTick[];
  readonly to: Places;
  /** Everything before this has been in ClickHouse for the time to settle. */
  readonly settled: Places;
  /** Whether there is more already. */
  readonly more: boolean;
}

export interface TickReader {
  /** Where a stream begins that begins now, or a little before. */
  begin(options: QueryOptions): Promise<Places>;
  /** Everything up to the first gap. */
  readNew(from: Places, symbols: readonly string[], options: QueryOptions): Promise<TickRead>;
  /** A page of what lies between two places and has settled. */
  readPast(page: PastPage, symbols: readonly string[], options: QueryOptions): Promise<PastRead>;
}

export interface PastPage {
  readonly from: Places;
  /** Whole messages only: the lines of these places are 0. */
  readonly to: Places;
  /** Offsets of each partition that are looked at. */
  readonly span: bigint;
}

export interface PastRead {
  readonly ticks: readonly StreamTick[];
  readonly to: Places;
  /** How many offsets to look at for the next page, so that it is neither empty nor cut. */
  readonly span: bigint;
}

const CHUNK = 65_536n;
const PAGE = 2_000;
export const FIRST_SPAN = CHUNK;
const MAX_SPAN = 2n ** 40n;

export function createTickReader(warehouse: Warehouse, topic: string, settleMs: number): TickReader {
  return {
    async begin(options) {
      const { rows } = await warehouse.query(storedEnds, { topic }, options);
      const places: Place[] = [];
      for (const { partition, chunk } of rows) {
        while (places.length < partition) places.push(FIRST);
        // A run of offsets earlier than the last one: what is still on its way is not as far behind as that.
        const before = (BigInt(chunk) - 1n) * CHUNK;
        places.push(before > 0n ? { offset: before, line: 0 } : FIRST);
      }
      return places;
    },

    async readNew(from, symbols, options) {
      const params = { topic, settle: settleMs, symbols, ...offsets("o", from) };
      const ticks = await warehouse.query(newTicks(from.length, "none"), params, options);
      if (!hasGap(from, ticks.rows)) return readOf(from, ticks.rows);
      const lines = await warehouse.query(newTicks(from.length, "dead letters"), params, options);
      return readOf(from, lines.rows);
    },

    async readPast({ from, to, span }, symbols, options) {
      const start = extend(from, to.length - 1);
      const ends = start.map((place, partition) => {
        const [end, most] = [placeOf(to, partition), { offset: place.offset + span, line: 0 }];
        return compare(most, end) < 0 ? most : end;
      });
      const params: PlacesParams = {
        topic,
        symbols,
        limit: PAGE,
        ...offsets("o", start),
        ...offsets("e", ends),
        ...Object.fromEntries(start.map(({ line }, partition) => [`l${partition}`, line])),
      };
      const { rows } = await warehouse.query(pastTicks(start.length), params, options);
      const ticks = distinct(rows.map(({ offset, ...row }) => ({ ...row, offset: BigInt(offset) })));
      if (rows.length < PAGE) {
        const wider = rows.length < PAGE / 4 && span < MAX_SPAN ? span * 4n : span;
        return { ticks, to: latest(start, ends), span: wider };
      }
      const last = ticks.at(-1);
      const reached = start.map((place, partition) => {
        if (last === undefined || partition > last.partition) return place;
        return partition < last.partition
          ? (ends[partition] ?? place)
          : { offset: last.offset, line: last.line + 1 };
      });
      return { ticks, to: latest(start, reached), span };
    },
  };
}

/** Whether a message lacks lines, as one does that has a dead letter. */
const hasGap = (from: Places, rows: readonly PartitionRow[]): boolean =>
  rows.some((row) => {
    const end = advance(placeOf(from, row.partition), { ...foundOf(row), settled: undefined });
    return end.offset <= BigInt(row.last);
  });

function readOf(from: Places, rows: readonly PartitionRow[]): TickRead {
  const to = extend(from, rows.at(-1)?.partition);
  const settled = [...to];
  const ticks: StreamTick[] = [];
  for (const row of rows) {
    const start = placeOf(from, row.partition);
    const found = foundOf(row);
    const end = advance(start, found);
    to[row.partition] = end;
    settled[row.partition] = advance(start, { ...found, runs: [] });
    ticks.push(...ticksBetween(row, start, end));
  }
  return { ticks, to, settled, more: rows.some(({ rows }) => rows >= ROWS_OF_A_PARTITION) };
}

/** `o0`, `o1`, … as ClickHouse takes a UInt64. */
const offsets = (letter: string, places: Places): PlacesParams =>
  Object.fromEntries(places.map(({ offset }, partition) => [`${letter}${partition}`, offset.toString()]));

/** Places up to a partition, those that are not known yet at their beginning. */
function extend(places: Places, last: number | undefined): Place[] {
  const extended = [...places];
  while (last !== undefined && extended.length <= last) extended.push(FIRST);
  return extended;
}

const foundOf = ({ runs, settled, last, rows }: PartitionRow) => ({
  runs: runs.map(([first, last]) => [BigInt(first), BigInt(last)] as const),
  settled: settled === null ? undefined : BigInt(settled),
  cutAt: rows >= ROWS_OF_A_PARTITION ? BigInt(last) : undefined,
});

function ticksBetween({ partition, ticks }: PartitionRow, start: Place, end: Place): StreamTick[] {
  const inside = ticks
    .map(([offset, line, symbol, json]) => ({ partition, offset: BigInt(offset), line, symbol, json }))
    .filter((tick) => compare(tick, start) >= 0 && compare(tick, end) < 0)
    .sort(compare);
  return distinct(inside);
}

/** A line that was delivered twice is stored twice. */
const distinct = (ticks: readonly StreamTick[]): StreamTick[] =>
  ticks.filter((tick, index) => {
    const before = ticks[index - 1];
    return before === undefined || before.partition !== tick.partition || compare(before, tick) !== 0;
  });
