-- Notes the offset and line of each dead letter.
--
-- From: dead_letters (12). To: offset_ledger (19), which says what the bits are.
CREATE MATERIALIZED VIEW IF NOT EXISTS dead_letters_to_ledger_mv TO offset_ledger AS
SELECT
    kafka_topic,
    kafka_partition,
    intDiv(kafka_offset, 65536) AS chunk,
    'dead_letter' AS kind,
    groupBitmapState(toUInt32(kafka_offset % 65536)) AS offsets,
    groupBitmapStateIf(toUInt64(kafka_line) * 65536 + kafka_offset % 65536, kafka_lines > 1) AS lines,
    groupBitmapStateIf(toUInt64(kafka_lines - 1) * 65536 + kafka_offset % 65536, kafka_lines > 1) AS last
FROM dead_letters
WHERE notEmpty(kafka_topic)
GROUP BY kafka_topic, kafka_partition, chunk
