import type { Query } from "../clickhouse/query.ts";

type NoParams = Record<never, never>;

/** Rates are of this time, in seconds. */
export const RATE_SECONDS = 60;
/** A tick that is older than this when it is taken in was replayed: its age says nothing of the pipeline. */
export const LIVE_HOURS = 1;
/** A minute that changed longer ago, and still waits for its bar, is the audit's to tell. */
const BAR_CHANGES_MINUTES = 15;

const lastMinute = (column: string): string =>
  `${column} >= now64(6, 'UTC') - toIntervalSecond(${RATE_SECONDS})`;

export interface TicksRow {
  readonly rows: number;
  readonly live: number;
  /** Microseconds from the exchange's time to the warehouse's, p50 and p99 of live ticks. */
  readonly age: readonly (number | string)[];
}

const LIVE = `event_time >= ingest_time - toIntervalHour(${LIVE_HOURS})`;

/**
 * Ticks that were taken in during the last minute, found by the index on ingest_time: of 10 million ticks in one part 0.2
 * million are read.
 */
export const recentTicks: Query<NoParams, TicksRow> = {
  name: "pipeline_ticks",
  sql: `
SELECT
    toUInt32(count()) AS rows,
    toUInt32(countIf(${LIVE})) AS live,
    quantilesExactIf(0.5, 0.99)(dateDiff('microsecond', event_time, ingest_time), ${LIVE}) AS age
FROM ticks_all
WHERE ${lastMinute("ingest_time")}`,
};

export interface CountRow {
  readonly rows: number;
}

/** Rows that reached the deduplicated history during the last minute, and are not replaced yet. */
export const recentDedup: Query<NoParams, CountRow> = {
  name: "pipeline_dedup",
  sql: `SELECT toUInt32(count()) AS rows FROM ticks_dedup_all WHERE ${lastMinute("ingest_time")}`,
};

/** Revisions of bars that became known during the last minute. */
export const recentBars: Query<NoParams, CountRow> = {
  name: "pipeline_bars",
  sql: `SELECT toUInt32(count()) AS rows FROM bars_1m_all WHERE ${lastMinute("known_at")}`,
};

export interface BarDelayRow {
  readonly pending: number;
  readonly computed: number;
  /** Milliseconds from the last change of a minute to its bar, p50 and p99. */
  readonly delay: readonly (number | string)[];
}

const changedSince = (interval: string): string => `
    (symbol, minute) GLOBAL IN
    (SELECT symbol, minute FROM bar_changes_all WHERE changed_at >= now64(3, 'UTC') - ${interval})`;

/**
 * Minutes that changed lately: how many wait for their bar, and how long it took for those whose last change has one. A
 * bar that a change left as it was has no revision after it, and is left out. By the primary key of both tables.
 */
export const barDelay: Query<NoParams, BarDelayRow> = {
  name: "pipeline_bar_delay",
  sql: `
SELECT
    toUInt32(countIf(arrivals > done)) AS pending,
    toUInt32(countIf(known >= changed)) AS computed,
    quantilesExactIf(0.5, 0.99)(dateDiff('millisecond', changed, known), known >= changed) AS delay
FROM
(
    SELECT symbol, minute, sum(arrived) AS arrivals, max(computed) AS done, max(changed_at) AS changed
    FROM bar_changes_all
    WHERE ${changedSince(`toIntervalMinute(${BAR_CHANGES_MINUTES})`)}
    GROUP BY symbol, minute
) AS changes
LEFT JOIN
(
    SELECT symbol, minute, max(known_at) AS known
    FROM bars_1m_all
    WHERE ${changedSince(`toIntervalSecond(${RATE_SECONDS})`)}
    GROUP BY symbol, minute
) AS bars USING (symbol, minute)`,
};

export interface VisibleRow {
  /** `shard/partition/milliseconds`, of the rows that were taken in together. */
  readonly key: string;
  /** When they were taken in, milliseconds since 1970; rounded down. */
  readonly ingestMs: number;
  readonly rows: number;
  /** When this was asked, milliseconds since 1970. */
  readonly nowMs: number;
}

/** Longer than a gathering Buffer holds a row. */
export const VISIBLE_SECONDS = 90;

/** What can be queried now of what was taken in lately. */
export const visibleTicks: Query<NoParams, VisibleRow> = {
  name: "pipeline_visible",
  sql: `
SELECT
    concat(toString(_shard_num), '/', toString(kafka_partition), '/', toString(intDiv(toUnixTimestamp64Micro(ingest_time), 1000))) AS key,
    min(toFloat64(intDiv(toUnixTimestamp64Micro(ingest_time), 1000))) AS ingestMs,
    toUInt32(count()) AS rows,
    toUnixTimestamp64Micro(now64(6)) / 1000 AS nowMs
FROM ticks_all
WHERE ingest_time >= now64(6, 'UTC') - toIntervalSecond(${VISIBLE_SECONDS})
GROUP BY key`,
};
