import type { ClickHouseClient } from "@clickhouse/client";
import { BATCH, CHANGED, type ChangedMinute, NOTE, RECOMPUTE } from "./statements.ts";

export interface RecomputeOptions {
  /** Minutes that changed before this moment are not looked at; seconds since 1970, 0 for all. */
  readonly since: number;
  /** Whether this replica may be behind another one that was written to. */
  readonly fresh: boolean;
}

/**
 * Brings the bars of one shard up to its trades, on one replica.
 *
 * A minute's note is there after its trades are (schema/27), so what is read after the note has them; on a
 * replicated shard the note may be fetched sooner than the trades, so the trades are waited for in between. What arrives
 * while a bar is computed may be in it or not: its note says that more arrived than was computed, and the next pass sees it.
 * @returns how many minutes were recomputed
 */
export async function recomputeShard(client: ClickHouseClient, options: RecomputeOptions): Promise<number> {
  const replicated = await isReplicated(client);
  if (options.fresh && replicated)
    for (const table of ["bar_changes", "bars_1m"] as const) await syncReplica(client, table);
  let total = 0;
  for (;;) {
    const changed = await changedMinutes(client, options.since);
    if (changed.length === 0) return total;
    if (replicated) await syncReplica(client, "ticks_dedup");
    const minutes = {
      symbols: changed.map(({ symbol }) => symbol),
      minutes: changed.map(({ minute }) => minute),
    };
    await client.command({ query: RECOMPUTE, query_params: minutes });
    const computed = changed.map(({ arrived }) => Number(arrived));
    await client.command({ query: NOTE, query_params: { ...minutes, computed } });
    total += changed.length;
    if (changed.length < BATCH) return total;
  }
}

async function changedMinutes(client: ClickHouseClient, since: number): Promise<ChangedMinute[]> {
  const result = await client.query({
    query: CHANGED,
    query_params: { since, limit: BATCH },
    format: "JSONEachRow",
  });
  return result.json<ChangedMinute>();
}

async function isReplicated(client: ClickHouseClient): Promise<boolean> {
  const result = await client.query({
    query:
      "SELECT engine FROM system.tables WHERE database = currentDatabase() AND name = 'ticks_dedup' AND engine LIKE 'Replicated%'",
    format: "JSONEachRow",
  });
  return (await result.json()).length > 0;
}

/** Waits until the replica has every part that was announced before now. */
const syncReplica = (client: ClickHouseClient, table: "ticks_dedup" | "bar_changes" | "bars_1m") =>
  client.command({ query: `SYSTEM SYNC REPLICA ${table} LIGHTWEIGHT` });
