-- The consumer: reads the topic, stores nothing. A row is one message, whatever it holds: nothing in it can stop the
-- table, and its good lines do not go down with a bad one, since each line is read by itself (18).
--
-- From: Kafka's topic, through the named collection kafka_ticks, which holds brokers, topic and group (no
-- address stands here). To: kafka_to_messages_mv (16), its only reader.
-- One thread polls all consumers. With one each, every thread takes the first consumer that is free: while little comes
-- two threads can take the same one in turns, and the other's partitions wait until it is closed (ten seconds here, a
-- minute by default) and its session has ended.
-- Reading from it by hand would take messages away from the view; the engine refuses that by default.
CREATE TABLE IF NOT EXISTS ticks_kafka
(
    message String
)
ENGINE = Kafka(kafka_ticks)
SETTINGS
    kafka_format = 'RawBLOB',
    kafka_num_consumers = ${kafka_consumers},
    kafka_thread_per_consumer = 0,
    kafka_handle_error_mode = 'stream',
    kafka_max_block_size = 65536,
    kafka_consumers_pool_ttl_ms = 10000,
    kafka_flush_interval_ms = ${kafka_flush_interval_ms},
    kafka_poll_timeout_ms = ${kafka_poll_timeout_ms}
