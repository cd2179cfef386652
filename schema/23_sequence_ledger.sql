-- Which numbers of each source's sequence are stored, as bitmaps: the audit finds in it what the source never sent.
--
-- From: dedup_to_sequence_mv (24). Across the cluster: sequence_ledger_all (25).
-- Shipped: changes only by adding columns, codecs or settings.
CREATE TABLE IF NOT EXISTS sequence_ledger
(
    exchange   LowCardinality(String) COMMENT 'As ticks_local',
    symbol     LowCardinality(String) COMMENT 'As ticks_local',
    event_type Enum8('trade' = 1, 'quote' = 2, 'book' = 3) COMMENT 'As ticks_local',
    chunk      UInt64 COMMENT 'seq_id div 65536' CODEC(Delta(8), ZSTD(1)),
    seq_ids    AggregateFunction(groupBitmap, UInt32) COMMENT 'seq_id % 65536' CODEC(ZSTD(1))
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/sequence_ledger', '{replica}')
ORDER BY (exchange, symbol, event_type, chunk)
