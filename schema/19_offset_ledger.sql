-- Which lines of which offsets are stored, as bitmaps: what the audit holds against Kafka. A bit or less a message.
--
-- From: ticks_to_ledger_mv (20), dead_letters_to_ledger_mv (21). Across the cluster: offset_ledger_all (22).
-- A row is a run of 65,536 offsets. A line that is stored twice sets its bit twice, which is once.
--   offsets  kafka_offset % 65536 of every message with a stored line
--   lines    of messages with several lines: line * 65536 + offset % 65536 for each stored line
--   last     of messages with several lines: the same for their last line, stored or not
-- A run is whole when offsets has every bit, and lines has as many as last tells: the sum of (last's line + 1).
-- Kept for ever, like the ticks it answers for.
-- Shipped: changes only by adding columns, codecs or settings.
CREATE TABLE IF NOT EXISTS offset_ledger
(
    kafka_topic     LowCardinality(String) COMMENT 'Topic',
    kafka_partition UInt32 COMMENT 'Partition of kafka_topic',
    chunk           UInt64 COMMENT 'kafka_offset div 65536' CODEC(Delta(8), ZSTD(1)),
    kind            Enum8('tick' = 1, 'dead_letter' = 2) COMMENT 'Where the line is stored',
    offsets         AggregateFunction(groupBitmap, UInt32) COMMENT 'Offsets of the run, from its first' CODEC(ZSTD(1)),
    lines           AggregateFunction(groupBitmap, UInt64) COMMENT 'Stored lines of messages with several' CODEC(ZSTD(1)),
    last            AggregateFunction(groupBitmap, UInt64) COMMENT 'Last lines of messages with several' CODEC(ZSTD(1))
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/offset_ledger', '{replica}')
ORDER BY (kafka_topic, kafka_partition, chunk, kind)
