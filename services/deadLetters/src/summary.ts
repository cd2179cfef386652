import { CAUSE, causeName } from "./cause.ts";
import type { Reader } from "./session.ts";

/** How many dead letters there are. */
export interface Summary {
  readonly total: number;
  /** Read in the last hour. */
  readonly lastHour: number;
  /** Read in the last minute. */
  readonly lastMinute: number;
  /** Most first. */
  readonly causes: readonly { readonly cause: string; readonly count: number }[];
}

/** Counts all dead letters in one pass over their places and errors. */
export async function summarize(reader: Reader): Promise<Summary> {
  const rows = await reader.rows<{ shared: string; all: string; hour: string; minute: string }>(
    `SELECT extract(error, {pattern:String}) AS shared, toString(count()) AS all,
            toString(countIf(ingest_time >= now64(6, 'UTC') - toIntervalHour(1))) AS hour,
            toString(countIf(ingest_time >= now64(6, 'UTC') - toIntervalMinute(1))) AS minute
     FROM dead_letters_all FINAL GROUP BY shared ORDER BY count() DESC, shared`,
    { pattern: CAUSE },
  );
  const sum = (count: "all" | "hour" | "minute"): number =>
    rows.reduce((total, row) => total + Number(row[count]), 0);
  return {
    total: sum("all"),
    lastHour: sum("hour"),
    lastMinute: sum("minute"),
    causes: rows.map(({ shared, all }) => ({ cause: causeName(shared), count: Number(all) })),
  };
}
