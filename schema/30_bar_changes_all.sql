-- The changed minutes of all shards, from any node: how many exact bars are yet to be computed.
--
-- From: bar_changes (26) of every shard.
CREATE TABLE IF NOT EXISTS bar_changes_all
(
    symbol     LowCardinality(String),
    minute     DateTime('UTC'),
    arrived    SimpleAggregateFunction(sum, UInt64),
    computed   SimpleAggregateFunction(max, UInt64),
    changed_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = Distributed(analytics_cluster, currentDatabase(), bar_changes, cityHash64(symbol))
