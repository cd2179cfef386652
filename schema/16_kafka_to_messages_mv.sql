-- Takes each message from Kafka with the place it came from. On every node, and the one view that reads from Kafka:
-- what it is given is committed when all that hangs on it has been inserted, so nothing may hang beside it.
--
-- From: ticks_kafka (02). To: ticks_messages (15). A replayed dead letter says which one it is in a header.
CREATE MATERIALIZED VIEW IF NOT EXISTS kafka_to_messages_mv TO ticks_messages AS
SELECT
    if(empty(_error), message, _raw_message) AS message,
    _topic AS kafka_topic,
    toUInt32(_partition) AS kafka_partition,
    _offset AS kafka_offset,
    _headers.value[indexOf(_headers.name, 'tickhouse-replay-of')] AS replay_of
FROM ticks_kafka
