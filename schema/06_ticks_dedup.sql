-- One row a tick, in its latest version: the exact history of this node's shard. Read it with FINAL.
--
-- From: local_to_dedup_mv (09). To: dedup_to_sequence_mv (24), dedup_to_bar_changes_mv (27). Across the cluster:
-- ticks_dedup_all (10). Kept for ever, in the archive when it is old.
-- The key is the tick's identity: exchange and event type belong to it, and the side of a quote or book event
-- (bid and ask share a number), but not the side of a trade, which a correction may change.
-- What came lately, whatever its event time, is found by the index.
-- Shipped: changes only by adding columns, indexes, codecs or settings.
CREATE TABLE IF NOT EXISTS ticks_dedup
(
    exchange        LowCardinality(String) COMMENT 'As ticks_local',
    symbol          LowCardinality(String) COMMENT 'As ticks_local',
    event_time      DateTime64(6, 'UTC') COMMENT 'As ticks_local; microseconds' CODEC(Delta(8), T64, ZSTD(1)),
    seq_id          UInt64 COMMENT 'As ticks_local' CODEC(DoubleDelta, ZSTD(1)),
    event_type      Enum8('trade' = 1, 'quote' = 2, 'book' = 3) COMMENT 'As ticks_local' CODEC(ZSTD(1)),
    price           Float64 COMMENT 'As ticks_local' CODEC(ZSTD(1)),
    size            Float64 COMMENT 'As ticks_local; a trade of size 0 is busted and counts nowhere' CODEC(ZSTD(1)),
    side            Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2) COMMENT 'As ticks_local' CODEC(ZSTD(1)),
    source_version  UInt32 COMMENT 'The highest one wins' CODEC(T64, ZSTD(1)),
    ingest_time     DateTime64(6, 'UTC') COMMENT 'Of the row that won' CODEC(Delta(8), ZSTD(1)),
    kafka_topic     LowCardinality(String) COMMENT 'Of the row that won',
    kafka_partition UInt32 COMMENT 'Of the row that won' CODEC(T64, ZSTD(1)),
    kafka_offset    UInt64 COMMENT 'Of the row that won' CODEC(Delta(8), ZSTD(1)),
    kafka_line      UInt32 COMMENT 'Of the row that won' CODEC(T64, ZSTD(1)),
    replay_of       String COMMENT 'Of the row that won; see ticks_local' CODEC(ZSTD(1)),
    INDEX ingested ingest_time TYPE minmax GRANULARITY 1
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/ticks_dedup', '{replica}', source_version)
PARTITION BY toYYYYMM(event_time)
ORDER BY (symbol, event_type, event_time, seq_id, exchange, if(event_type = 'trade', 0, toInt8(side)))
${history_ttl}
${ticks_storage}
