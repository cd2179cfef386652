-- Lines that could not be read or can't be a tick, as they came, with the place they came from and why.
--
-- From: dead_letters_all (14), which sends those of one partition to one shard. To: dead_letters_to_ledger_mv (21).
-- Read it with FINAL: a line that Kafka delivers again is one dead letter still, and the row of a later
-- `npm run dead-letters -- replay` takes its place. Kept for ever: a dead letter is a tick that somebody is missing.
-- Shipped: changes only by adding columns, codecs or settings.
CREATE TABLE IF NOT EXISTS dead_letters
(
    kafka_topic     LowCardinality(String) COMMENT 'Topic of the message',
    kafka_partition UInt32 COMMENT 'Partition of the message',
    kafka_offset    UInt64 COMMENT 'Offset of the message' CODEC(Delta(8), ZSTD(1)),
    kafka_line      UInt32 COMMENT 'Line in the message, from 0',
    kafka_lines     UInt32 COMMENT 'Lines of the message',
    ingest_time     DateTime64(6, 'UTC') COMMENT 'When it was read' CODEC(Delta(8), ZSTD(1)),
    error           String COMMENT 'The field, its value, and what is accepted' CODEC(ZSTD(3)),
    raw_message     String COMMENT 'The line, byte by byte' CODEC(ZSTD(3)),
    replay_of       String COMMENT 'Dead letter that this is a replay of; empty for most' CODEC(ZSTD(1)),
    replays         UInt32 COMMENT 'How many times it was sent again; the highest one wins',
    replayed_at     DateTime64(6, 'UTC') COMMENT 'When it was sent again last; 1970 for never'
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/dead_letters', '{replica}', replays)
ORDER BY (kafka_topic, kafka_partition, kafka_offset, kafka_line)
