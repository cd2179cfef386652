-- Keeps what can't be parsed. Without it such a message would be consumed and forgotten.
--
-- From: ticks_kafka (02), rows with an error (kafka_handle_error_mode = 'stream'). To: dead_letters (12).
CREATE MATERIALIZED VIEW IF NOT EXISTS dead_letters_mv TO dead_letters AS
SELECT
    _topic AS kafka_topic,
    toUInt32(_partition) AS kafka_partition,
    _offset AS kafka_offset,
    now64(6, 'UTC') AS ingest_time,
    _error AS error,
    _raw_message AS raw_message
FROM ticks_kafka
WHERE notEmpty(_error)
