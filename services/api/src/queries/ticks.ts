import type { QueryParams } from "../clickhouse/query.ts";
import { EVENT_TYPES } from "../tables/fields.ts";
import { type Bounds, type KeyColumn, keyWithin, type Order, orderBy } from "../tables/keyset.ts";
import type { PagedRows } from "../tables/page.ts";
import { dateTimeMicros } from "../time.ts";

export type EventType = (typeof EVENT_TYPES)[number];

/** What narrows the ticks of a symbol. Times are microseconds since 1970. */
export interface TickFilter {
  readonly symbol: string;
  readonly exchange?: string | undefined;
  readonly type?: EventType | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly order: Order;
}

/** Side belongs to the identity of quotes and book events, and not to that of trades (schema/06). */
export const IDENTITY_SIDE = "if(t.event_type = 'trade', 0, toInt8(t.side))";

/** A tick's identity beside its symbol, as the pages of deduplicated ticks are cut. */
export const IDENTITY: readonly KeyColumn[] = [
  { type: "DateTime64(6, 'UTC')", sql: "t.event_time" },
  { type: "UInt64", sql: "t.seq_id" },
  { type: "String", sql: "toString(t.exchange)" },
  { type: "Int8", sql: "toInt8(t.event_type)" },
  { type: "Int8", sql: IDENTITY_SIDE },
];

/** Every raw row's own place: its tick, its version, and where it came from. */
export const RAW_KEY: readonly KeyColumn[] = [
  ...IDENTITY.slice(0, 4),
  { type: "Int8", sql: "toInt8(t.side)" },
  { type: "UInt32", sql: "t.source_version" },
  { type: "DateTime64(6, 'UTC')", sql: "t.ingest_time" },
  { type: "UInt32", sql: "t.kafka_partition" },
  { type: "UInt64", sql: "t.kafka_offset" },
  { type: "UInt32", sql: "t.kafka_line" },
];

/** Which of a tick's rows is kept, the best first: the latest version and, of the same version, what came last. */
export const KEPT_FIRST = ["source_version", "ingest_time", "kafka_partition", "kafka_offset", "kafka_line"]
  .map((column) => `t.${column} DESC`)
  .join(", ");

export const tickParams = ({ symbol, exchange, from, to }: TickFilter): QueryParams => ({
  symbol,
  ...(exchange !== undefined && { exchange }),
  ...(from !== undefined && { from: dateTimeMicros(from) }),
  ...(to !== undefined && { to: dateTimeMicros(to) }),
});

/** Conditions on a table `t` of ticks, except the event type. */
export const tickConditions = ({ exchange, from, to }: TickFilter): string[] => [
  "t.symbol = {symbol:String}",
  ...(exchange === undefined ? [] : ["t.exchange = {exchange:String}"]),
  ...(from === undefined ? [] : ["t.event_time >= {from:DateTime64(6, 'UTC')}"]),
  ...(to === undefined ? [] : ["t.event_time < {to:DateTime64(6, 'UTC')}"]),
];

/** `t.event_type = 'trade'`; the name is one of a closed list. */
export const ofType = (type: EventType | undefined): string[] =>
  type === undefined ? [] : [`t.event_type = '${type}'`];

/** Each key column by a name of its own, beside what an answer is made of. */
export const keyed = (key: readonly KeyColumn[]): string =>
  key.map(({ sql }, index) => `${sql} AS key_${index}`).join(", ");

export const keyNames = (key: readonly KeyColumn[]): string[] => key.map((_column, index) => `key_${index}`);

/** Columns of the tables as they are, for the stages between. */
export const TICK_COLUMNS =
  "t.exchange AS venue, t.event_time AS event_time, t.seq_id AS seq_id, t.event_type AS event_type, t.price AS price, " +
  "t.size AS size, t.side AS tick_side, t.source_version AS source_version, t.ingest_time AS ingest_time, " +
  "t.kafka_partition AS kafka_partition, t.kafka_offset AS kafka_offset, t.kafka_line AS kafka_line, t.replay_of AS replay_of";

/** A tick as it is answered, in every format; names of venues, types and sides as plain strings. */
export const TICK_ANSWER =
  "toString(venue) AS exchange, event_time AS eventTime, seq_id AS seqId, toString(event_type) AS eventType, price, " +
  "size, toString(tick_side) AS side, source_version AS sourceVersion, ingest_time AS ingestTime, " +
  "kafka_partition AS kafkaPartition, kafka_offset AS kafkaOffset, kafka_line AS kafkaLine, replay_of AS replayOf";

/** A trade corrected to size 0. */
export const BUSTED = "event_type = 'trade' AND size = 0";

/**
 * The latest version of each tick, busted trades left out.
 * `LIMIT 1 BY` over the sorting key, in its order: it reads in both directions, keeps one row at a time, and ends with
 * a limit. FINAL can't read backwards, and would sort a page of any size. Event types come one after another in the
 * key, so each is a stream of its own, and the three are merged.
 */
export function dedupTicks(filter: TickFilter): PagedRows {
  const { order, type } = filter;
  const kept = (of: EventType, bounds: Bounds): string => `
        SELECT * FROM
        (
            SELECT ${keyed(IDENTITY)}, ${TICK_COLUMNS}
            FROM ticks_dedup_all AS t
            WHERE ${[...tickConditions(filter), ...ofType(of), ...keyWithin(IDENTITY, bounds, order)].join(" AND ")}
            ${orderBy(["t.event_time", "t.seq_id", "t.exchange", IDENTITY_SIDE], order)}, ${KEPT_FIRST}
            LIMIT 1 BY t.event_time, t.seq_id, t.exchange, ${IDENTITY_SIDE}
        )
        WHERE NOT (${BUSTED})`;
  const types = type === undefined ? EVENT_TYPES : [type];
  const select = (columns: string, bounds: Bounds): string => `
    SELECT ${columns}
    FROM
    (${types.map((of) => kept(of, bounds)).join("\n        UNION ALL")}
    )
    ${orderBy(keyNames(IDENTITY), order)}`;
  return {
    name: "ticks",
    order,
    key: IDENTITY,
    params: tickParams(filter),
    keys: (bounds) => select(keyNames(IDENTITY).join(", "), bounds),
    rows: (bounds) => select(TICK_ANSWER, bounds),
    superset: (bounds) => countable("ticks_dedup_all", filter, IDENTITY, bounds),
  };
}

/** Every row that came. */
export function rawTicks(filter: TickFilter): PagedRows {
  const { order, type } = filter;
  const select = (columns: string, bounds: Bounds): string => `
    SELECT ${columns}
    FROM
    (
        SELECT ${keyed(RAW_KEY)}, ${TICK_COLUMNS}
        FROM ticks_all AS t
        WHERE ${[...tickConditions(filter), ...ofType(type), ...keyWithin(RAW_KEY, bounds, order)].join(" AND ")}
        ${orderBy(["t.event_time", "t.seq_id"], order)}
    )
    ${orderBy(keyNames(RAW_KEY), order)}`;
  return {
    name: "ticks_raw",
    order,
    key: RAW_KEY,
    params: tickParams(filter),
    keys: (bounds) => select(keyNames(RAW_KEY).join(", "), bounds),
    rows: (bounds) => select(TICK_ANSWER, bounds),
    superset: (bounds) => countable("ticks_all", filter, RAW_KEY, bounds),
  };
}

/** Rows of a table before anything is left out of them. */
export const countable = (
  table: "ticks_all" | "ticks_dedup_all",
  filter: TickFilter,
  key: readonly KeyColumn[],
  bounds: Bounds,
): string =>
  `SELECT 1 FROM ${table} AS t WHERE ${[...tickConditions(filter), ...ofType(filter.type), ...keyWithin(key, bounds, filter.order)].join(" AND ")}`;
