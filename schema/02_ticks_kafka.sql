-- The consumer: reads the topic, stores nothing. A row is one JSON object; a message may hold several.
--
-- From: Kafka's topic, through the named collection kafka_ticks, which holds brokers, topic and group (no
-- address stands here). To: kafka_to_buffer_mv (03) for good rows, dead_letters_mv (13) for bad ones.
-- Reading from it by hand would take messages away from the views; the engine refuses that by default.
CREATE TABLE IF NOT EXISTS ticks_kafka
(
    exchange       String,
    symbol         String,
    event_time     DateTime64(6, 'UTC'),
    seq_id         UInt64,
    event_type     Enum8('trade' = 1, 'quote' = 2, 'book' = 3),
    price          Float64,
    size           Float64,
    side           Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2),
    source_version UInt32
)
ENGINE = Kafka(kafka_ticks)
SETTINGS
    kafka_format = 'JSONEachRow',
    kafka_num_consumers = ${kafka_consumers},
    kafka_thread_per_consumer = 1,
    kafka_handle_error_mode = 'stream',
    kafka_flush_interval_ms = ${kafka_flush_interval_ms},
    kafka_poll_timeout_ms = ${kafka_poll_timeout_ms},
    date_time_input_format = 'best_effort'
