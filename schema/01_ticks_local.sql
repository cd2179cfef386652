-- Raw ticks of this node's shard: everything that Kafka delivered, duplicates and corrections included.
--
-- From: ticks_all (05), which sends each symbol to one shard. To: trades_1m_mv (08), local_to_dedup_mv (09),
-- ticks_to_ledger_mv (20).
-- Sorted for the two questions asked of raw ticks: one symbol over a span of time, and its order within.
-- And for two more (the indexes): what came from Kafka behind a place, by the live stream; and what came lately, whatever
-- its event time, by /pipeline.
-- Old ones move to the archive, where there is one, and go when retention says.
-- Shipped: changes only by adding columns, indexes, codecs, settings or retention.
CREATE TABLE IF NOT EXISTS ticks_local
(
    exchange        LowCardinality(String) COMMENT 'Venue code, XNAS or BINANCE',
    symbol          LowCardinality(String) COMMENT 'Instrument as the venue writes it, without separators: BTCUSDT',
    event_time      DateTime64(6, 'UTC') COMMENT 'When the venue says it happened; microseconds' CODEC(Delta(8), T64, ZSTD(1)),
    seq_id          UInt64 COMMENT 'The venue''s own number of the event' CODEC(DoubleDelta, ZSTD(1)),
    event_type      Enum8('trade' = 1, 'quote' = 2, 'book' = 3) COMMENT 'What the tick reports' CODEC(ZSTD(1)),
    price           Float64 COMMENT 'Quote currency for one unit; 0 or more' CODEC(ZSTD(1)),
    size            Float64 COMMENT 'Units, may be fractional; 0 busts a trade and removes a book level' CODEC(ZSTD(1)),
    side            Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2) COMMENT 'Aggressor of a trade; buy is bid and sell is ask of a quote or level' CODEC(ZSTD(1)),
    source_version  UInt32 COMMENT '1 at first; a higher one corrects the same identity' CODEC(T64, ZSTD(1)),
    ingest_time     DateTime64(6, 'UTC') COMMENT 'When this warehouse took it from Kafka' CODEC(Delta(8), ZSTD(1)),
    kafka_topic     LowCardinality(String) COMMENT 'Where it came from; empty for a tick inserted by hand',
    kafka_partition UInt32 COMMENT 'Partition of kafka_topic' CODEC(T64, ZSTD(1)),
    kafka_offset    UInt64 COMMENT 'Offset of its message in kafka_partition' CODEC(Delta(8), ZSTD(1)),
    kafka_line      UInt32 COMMENT 'Its line in the message, from 0' CODEC(T64, ZSTD(1)),
    kafka_lines     UInt32 COMMENT 'Lines of the message: what the ledger expects of it' CODEC(T64, ZSTD(1)),
    replay_of       String COMMENT 'topic/partition/offset/line of the dead letter that was sent again; empty for most' CODEC(ZSTD(1)),
    INDEX place (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1,
    INDEX ingested ingest_time TYPE minmax GRANULARITY 1
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/ticks_local', '{replica}')
PARTITION BY toYYYYMM(event_time)
ORDER BY (symbol, event_time, seq_id)
${ticks_ttl}
${ticks_storage}
