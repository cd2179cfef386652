-- Messages that could not be read, as they came, with the place they came from and why.
--
-- From: dead_letters_mv (13), on the node that consumed the message. Across the cluster:
-- clusterAllReplicas(analytics_cluster, …). Kept for ever: a dead letter is a tick that somebody is missing.
CREATE TABLE IF NOT EXISTS dead_letters
(
    kafka_topic     LowCardinality(String) COMMENT 'Topic of the message',
    kafka_partition UInt32 COMMENT 'Partition of the message',
    kafka_offset    UInt64 COMMENT 'Offset of the message',
    ingest_time     DateTime64(6, 'UTC') COMMENT 'When it was read',
    error           String COMMENT 'What ClickHouse says is wrong with it' CODEC(ZSTD(3)),
    raw_message     String COMMENT 'The message, byte by byte' CODEC(ZSTD(3))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/dead_letters', '{replica}')
PARTITION BY toYYYYMM(ingest_time)
ORDER BY (kafka_topic, kafka_partition, kafka_offset)
