-- The sequences of all shards, from any node.
--
-- From: sequence_ledger (23) of every shard.
CREATE TABLE IF NOT EXISTS sequence_ledger_all
(
    exchange   LowCardinality(String),
    symbol     LowCardinality(String),
    event_type Enum8('trade' = 1, 'quote' = 2, 'book' = 3),
    chunk      UInt64,
    seq_ids    AggregateFunction(groupBitmap, UInt32)
)
ENGINE = Distributed(analytics_cluster, currentDatabase(), sequence_ledger, cityHash64(symbol))
