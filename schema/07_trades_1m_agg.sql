-- One-minute bars as aggregate states, kept up by each insert: the fast answer, provisional by nature, since an
-- incremental rollup counts a duplicate or a correction again.
--
-- From: trades_1m_mv (08). Across the cluster: trades_1m_all (11). Read with GROUP BY minute and, column by column:
--   open   argMinMerge(open)          close  argMaxMerge(close)
--   high   max(high)                  low    min(low)
--   volume sum(volume)                vwap   sum(notional) / sum(volume), both as Float64
-- Open and close are tie-broken by (event_time, seq_id). Sums are decimal: they do not depend on the order of
-- the rows, so any grouping of the same ticks gives the same bits.
-- A question for the last hundred minutes reads a few granules of each part: small ones (8,192 rows by default).
-- Shipped: changes only by adding columns, codecs or settings.
CREATE TABLE IF NOT EXISTS trades_1m_agg
(
    symbol   LowCardinality(String) COMMENT 'As ticks_local',
    minute   DateTime('UTC') COMMENT 'Start of the minute' CODEC(Delta(4), ZSTD(1)),
    exchange LowCardinality(String) COMMENT 'As ticks_local',
    open     AggregateFunction(argMin, Float64, Tuple(DateTime64(6, 'UTC'), UInt64)) COMMENT 'Price of the first trade; argMinMerge' CODEC(ZSTD(1)),
    high     SimpleAggregateFunction(max, Float64) COMMENT 'Quote currency' CODEC(ZSTD(1)),
    low      SimpleAggregateFunction(min, Float64) COMMENT 'Quote currency' CODEC(ZSTD(1)),
    close    AggregateFunction(argMax, Float64, Tuple(DateTime64(6, 'UTC'), UInt64)) COMMENT 'Price of the last trade; argMaxMerge' CODEC(ZSTD(1)),
    volume   SimpleAggregateFunction(sum, Decimal(38, 18)) COMMENT 'Units' CODEC(ZSTD(1)),
    notional SimpleAggregateFunction(sum, Decimal(38, 18)) COMMENT 'Quote currency: the sum of price * size' CODEC(ZSTD(1)),
    trades   SimpleAggregateFunction(sum, UInt64) COMMENT 'Number of trades' CODEC(T64, ZSTD(1))
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/trades_1m_agg', '{replica}')
PARTITION BY toYYYYMM(minute)
ORDER BY (symbol, minute, exchange)
SETTINGS index_granularity = 256
