-- Copies each inserted tick into the deduplicated history of the same shard.
--
-- From: ticks_local (01). To: ticks_dedup (06), which keeps the highest source_version of each identity.
CREATE MATERIALIZED VIEW IF NOT EXISTS local_to_dedup_mv TO ticks_dedup AS
SELECT
    exchange,
    symbol,
    event_time,
    seq_id,
    event_type,
    price,
    size,
    side,
    source_version,
    ingest_time,
    kafka_topic,
    kafka_partition,
    kafka_offset,
    kafka_line,
    replay_of
FROM ticks_local
