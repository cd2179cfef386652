import type { BenchCluster } from "../cluster.ts";

/** Topic and database of the arm with stock settings. */
export const STOCK = "stock";

const COLUMNS = `exchange LowCardinality(String), symbol LowCardinality(String), event_time DateTime64(6, 'UTC'), seq_id UInt64,
  event_type Enum8('trade' = 1, 'quote' = 2, 'book' = 3), price Float64, size Float64,
  side Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2), source_version UInt32`;

/**
 * The same way into the same kind of history, as a reader of the manual would set it up: the Kafka engine with no setting
 * but those it demands, and the Buffer with the thresholds of the manual's example. Nothing else hangs on it, so that it
 * has less to do for a tick than the product's own chain.
 */
export async function createStockTables({ clients }: BenchCluster, bootstrap: string): Promise<void> {
  for (const client of clients)
    for (const query of [
      `CREATE DATABASE ${STOCK}`,
      `CREATE TABLE ${STOCK}.ticks_dedup (${COLUMNS}) ENGINE = ReplacingMergeTree(source_version)
         PARTITION BY toYYYYMM(event_time) ORDER BY (symbol, event_type, event_time, seq_id, exchange)`,
      `CREATE TABLE ${STOCK}.ticks_dedup_all (${COLUMNS})
         ENGINE = Distributed(analytics_cluster, ${STOCK}, ticks_dedup, cityHash64(symbol))`,
      `CREATE TABLE ${STOCK}.ticks_buffer (${COLUMNS})
         ENGINE = Buffer(${STOCK}, ticks_dedup_all, 16, 10, 100, 10000, 1000000, 10000000, 100000000)`,
    ])
      await client.command({ query });
  // Consumption last: all nodes are whole by then.
  for (const client of clients)
    for (const query of [
      `CREATE TABLE ${STOCK}.ticks_kafka (${COLUMNS}) ENGINE = Kafka('${bootstrap}', '${STOCK}', '${STOCK}', 'JSONEachRow')`,
      `CREATE MATERIALIZED VIEW ${STOCK}.kafka_mv TO ${STOCK}.ticks_buffer AS SELECT * FROM ${STOCK}.ticks_kafka`,
    ])
      await client.command({ query });
}
