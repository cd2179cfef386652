-- One-minute states of all shards, from any node; 07 says how each column is read.
--
-- From: trades_1m_agg (07) of every shard.
CREATE TABLE IF NOT EXISTS trades_1m_all
(
    symbol   LowCardinality(String),
    minute   DateTime('UTC'),
    exchange LowCardinality(String),
    open     AggregateFunction(argMin, Float64, Tuple(DateTime64(6, 'UTC'), UInt64)),
    high     SimpleAggregateFunction(max, Float64),
    low      SimpleAggregateFunction(min, Float64),
    close    AggregateFunction(argMax, Float64, Tuple(DateTime64(6, 'UTC'), UInt64)),
    volume   SimpleAggregateFunction(sum, Decimal(38, 18)),
    notional SimpleAggregateFunction(sum, Decimal(38, 18)),
    trades   SimpleAggregateFunction(sum, UInt64)
)
ENGINE = Distributed(analytics_cluster, currentDatabase(), trades_1m_agg, cityHash64(symbol))
