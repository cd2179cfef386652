import type { Query } from "../clickhouse/query.ts";

export interface SymbolRow {
  readonly symbol: string;
  readonly exchanges: readonly string[];
  readonly ticks: number | string;
  readonly trades: number | string;
  readonly firstEventTime: string;
  readonly lastEventTime: string;
}

/**
 * One pass over four narrow columns of the raw ticks: symbol, exchange and event type are dictionary-coded bytes,
 * and sorted by symbol. `trades_1m_all` would be cheaper still, and would not know a symbol that has quotes only.
 */
export const symbols: Query<Record<never, never>, SymbolRow> = {
  name: "symbols",
  sql: `
SELECT
    t.symbol AS symbol,
    arraySort(groupUniqArray(t.exchange)) AS exchanges,
    count() AS ticks,
    countIf(t.event_type = 'trade') AS trades,
    formatDateTime(min(t.event_time), '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS firstEventTime,
    formatDateTime(max(t.event_time), '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS lastEventTime
FROM ticks_all AS t
GROUP BY t.symbol
ORDER BY t.symbol`,
};
