-- Raw ticks of all shards. Sharded by symbol, never rand(): two shards can't deduplicate each other's ticks.
--
-- From: ticks_buffer (04). To: ticks_local (01) of the symbol's shard, in the foreground: an insert returns when
-- the shard has the rows (distributed_foreground_insert in the servers' default profile).
CREATE TABLE IF NOT EXISTS ticks_all
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
    kafka_lines     UInt32,
    replay_of       String
)
ENGINE = Distributed(analytics_cluster, currentDatabase(), ticks_local, cityHash64(symbol))
