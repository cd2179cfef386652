-- The deduplicated history of all shards, from any node; FINAL reaches through to each shard.
--
-- From: ticks_dedup (06) of every shard. Insert into ticks_all (05), not here.
CREATE TABLE IF NOT EXISTS ticks_dedup_all
(
    exchange        LowCardinality(String),
    symbol          LowCardinality(String),
    event_time      DateTime64(6, 'UTC'),
    seq_id          UInt64,
    event_type      Enum8('trade' = 1, 'quote' = 2, 'book' = 3),
    price           Float64,
    size            Float64,
    side            Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2),
    source_version  UInt32,
    ingest_time     DateTime64(6, 'UTC'),
    kafka_topic     LowCardinality(String),
    kafka_partition UInt32,
    kafka_offset    UInt64,
    kafka_line      UInt32,
    replay_of       String
)
ENGINE = Distributed(analytics_cluster, currentDatabase(), ticks_dedup, cityHash64(symbol))
