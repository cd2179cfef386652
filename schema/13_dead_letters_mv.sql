-- Keeps what can't be read and what can't be a tick. Without it such a line would be consumed and forgotten.
--
-- From: ticks_lines (17), lines with an error. To: dead_letters_all (14).
CREATE MATERIALIZED VIEW IF NOT EXISTS dead_letters_mv TO dead_letters_all AS
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    kafka_line,
    kafka_lines,
    ingest_time,
    error,
    raw_message,
    replay_of,
    0 AS replays,
    toDateTime64(0, 6, 'UTC') AS replayed_at
FROM ticks_lines
WHERE notEmpty(error)
