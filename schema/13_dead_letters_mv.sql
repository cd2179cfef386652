-- Keeps what can't be read and what can't be a tick. Without it such a message would be consumed and forgotten.
--
-- From: ticks_kafka (02), rows with an error (kafka_handle_error_mode = 'stream'), and rows that 03 leaves out.
-- To: dead_letters (12). The server keeps a message's text only when it could not read it; a tick that it could read
-- is written out again.
CREATE MATERIALIZED VIEW IF NOT EXISTS dead_letters_mv TO dead_letters AS
SELECT
    _topic AS kafka_topic,
    toUInt32(_partition) AS kafka_partition,
    _offset AS kafka_offset,
    now64(6, 'UTC') AS ingest_time,
    multiIf(
        notEmpty(_error), _error,
        empty(symbol), 'symbol is empty',
        event_time <= toDateTime64(0, 6, 'UTC'), 'event_time is missing or not after 1970',
        NOT isFinite(price) OR price < 0, concat('price is ', toString(price), '; accepted: a finite number, 0 or more'),
        NOT isFinite(size) OR size < 0, concat('size is ', toString(size), '; accepted: a finite number, 0 or more'),
        concat('size ', toString(size), ' or price * size ', toString(price * size), ' is too large; accepted: below 1e19')
    ) AS error,
    if(
        notEmpty(_error),
        _raw_message,
        formatRowNoNewline('JSONEachRow', exchange, symbol, event_time, seq_id, event_type, price, size, side, source_version)
    ) AS raw_message
FROM ticks_kafka
WHERE NOT (
    empty(_error)
    AND notEmpty(symbol)
    AND event_time > toDateTime64(0, 6, 'UTC')
    AND isFinite(price) AND price >= 0
    AND isFinite(size) AND size >= 0 AND size < 1e19
    AND price * size < 1e19
)
