-- Moves each good row on, with the place it came from. On every node: a node without it would not consume.
--
-- From: ticks_kafka (02). To: ticks_buffer (04). What can't be read, or can't be a tick, goes through dead_letters_mv
-- (13) instead: its condition is this one turned round. The bound on money keeps the decimal sums of 08 from
-- overflowing, which would stop consumption for good.
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
  AND notEmpty(symbol)
  AND event_time > toDateTime64(0, 6, 'UTC')
  AND isFinite(price) AND price >= 0
  AND isFinite(size) AND size >= 0 AND size < 1e19
  AND price * size < 1e19
