-- Where every message enters, whoever brings it; stores nothing, its views do.
--
-- From: kafka_to_messages_mv (16), and `npm run verify -- --heal`, which fetches missing offsets from Kafka and
-- inserts them here, so that they are read just as at first. To: messages_to_lines_mv (18).
CREATE TABLE IF NOT EXISTS ticks_messages
(
    message         String,
    kafka_topic     LowCardinality(String),
    kafka_partition UInt32,
    kafka_offset    UInt64,
    replay_of       String
)
ENGINE = Null
