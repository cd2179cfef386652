-- Each line of a message, read: a tick's fields, or what is wrong with it. Stores nothing, its views do.
--
-- From: messages_to_lines_mv (18). To: kafka_to_buffer_mv (03) where error is empty, dead_letters_mv (13) where not.
CREATE TABLE IF NOT EXISTS ticks_lines
(
    error           String,
    raw_message     String,
    exchange        String,
    symbol          String,
    event_time      DateTime64(6, 'UTC'),
    seq_id          UInt64,
    event_type      String,
    price           Float64,
    size            Float64,
    side            String,
    source_version  UInt32,
    ingest_time     DateTime64(6, 'UTC'),
    kafka_topic     LowCardinality(String),
    kafka_partition UInt32,
    kafka_offset    UInt64,
    kafka_line      UInt32,
    kafka_lines     UInt32,
    replay_of       String
)
ENGINE = Null
