-- Gathers small inserts in memory, if told to. Thresholds are layers, then min and max of seconds, rows, bytes.
--
-- From: kafka_to_buffer_mv (03). To: ticks_all (05).
-- As shipped (1, 1, 1, 0, 0, 0, 0) it is a pass-through: any block is larger than max_rows = 0 and goes straight on, so
-- nothing that Kafka was told is done is only in memory. The `throughput` setting gathers, and can lose on a crash.
CREATE TABLE IF NOT EXISTS ticks_buffer
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
ENGINE = Buffer(currentDatabase(), 'ticks_all', ${buffer_thresholds})
