-- The ledger of all shards, from any node: the lines of one message may be on several.
--
-- From: offset_ledger (19) of every shard.
CREATE TABLE IF NOT EXISTS offset_ledger_all
(
    kafka_topic     LowCardinality(String),
    kafka_partition UInt32,
    chunk           UInt64,
    kind            Enum8('tick' = 1, 'dead_letter' = 2),
    offsets         AggregateFunction(groupBitmap, UInt32),
    lines           AggregateFunction(groupBitmap, UInt64),
    last            AggregateFunction(groupBitmap, UInt64)
)
ENGINE = Distributed(analytics_cluster, currentDatabase(), offset_ledger)
