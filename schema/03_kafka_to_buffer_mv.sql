-- Moves each good tick on, with the place it came from. On every node: a node without it would not consume.
--
-- From: ticks_lines (17), lines without an error. To: ticks_buffer (04). Lines with one go through
-- dead_letters_mv (13) instead: its condition is this one turned round.
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
    ingest_time,
    kafka_topic,
    kafka_partition,
    kafka_offset,
    kafka_line,
    kafka_lines,
    replay_of
FROM ticks_lines
WHERE empty(error)
