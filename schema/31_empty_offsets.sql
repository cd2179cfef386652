-- Offsets at which Kafka has nothing to store: transaction markers, aborted or compacted messages, empty values. They
-- leave no row in the warehouse, so the ledger can't tell them from a loss.
--
-- From: `npm run verify`, which looks missing offsets up in Kafka and notes those that hold nothing, through
-- empty_offsets_all (32). The audit leaves them out.
-- Shipped: changes only by adding columns, codecs or settings.
CREATE TABLE IF NOT EXISTS empty_offsets
(
    kafka_topic     LowCardinality(String) COMMENT 'Topic',
    kafka_partition UInt32 COMMENT 'Partition of kafka_topic' CODEC(T64, ZSTD(1)),
    kafka_offset    UInt64 COMMENT 'Offset that holds nothing' CODEC(Delta(8), ZSTD(1)),
    found_at        DateTime64(3, 'UTC') COMMENT 'When it was looked up' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/empty_offsets', '{replica}', found_at)
ORDER BY (kafka_topic, kafka_partition, kafka_offset)
