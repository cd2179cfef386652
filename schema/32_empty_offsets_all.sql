-- The empty offsets of all shards, from any node.
--
-- From: `npm run verify`. To: empty_offsets (31).
CREATE TABLE IF NOT EXISTS empty_offsets_all
(
    kafka_topic     LowCardinality(String),
    kafka_partition UInt32,
    kafka_offset    UInt64,
    found_at        DateTime64(3, 'UTC')
)
ENGINE = Distributed(analytics_cluster, currentDatabase(), empty_offsets, cityHash64(kafka_partition, kafka_offset))
