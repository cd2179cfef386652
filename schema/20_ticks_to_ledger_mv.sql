-- Notes the offset and line of each stored tick. It hangs on the table that holds them, behind the Buffer: what was
-- consumed and lost on the way is missing here.
--
-- From: ticks_local (01), ticks that came from Kafka. To: offset_ledger (19), which says what the bits are.
CREATE MATERIALIZED VIEW IF NOT EXISTS ticks_to_ledger_mv TO offset_ledger AS
SELECT
    kafka_topic,
    kafka_partition,
    intDiv(kafka_offset, 65536) AS chunk,
    'tick' AS kind,
    groupBitmapState(toUInt32(kafka_offset % 65536)) AS offsets,
    groupBitmapStateIf(toUInt64(kafka_line) * 65536 + kafka_offset % 65536, kafka_lines > 1) AS lines,
    groupBitmapStateIf(toUInt64(kafka_lines - 1) * 65536 + kafka_offset % 65536, kafka_lines > 1) AS last
FROM ticks_local
WHERE notEmpty(kafka_topic)
GROUP BY kafka_topic, kafka_partition, chunk
