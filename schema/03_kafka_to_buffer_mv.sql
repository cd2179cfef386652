-- Moves each good row on, with the place it came from. On every node: a node without it would not consume.
--
-- From: ticks_kafka (02). To: ticks_buffer (04). Rows with an error go to dead_letters_mv (13) instead.
CREATE MATERIALIZED VIEW IF NOT EXISTS kafka_to_buffer_mv TO ticks_buffer AS
SELECT
    exchange,
    symbol,
    event_time,
    seq_id,
    event_type,
    price,
    size,
    side,
    greatest(source_version, 1) AS source_version,
    now64(6, 'UTC') AS ingest_time,
    _topic AS kafka_topic,
    toUInt32(_partition) AS kafka_partition,
    _offset AS kafka_offset
FROM ticks_kafka
WHERE empty(_error)
