-- Minutes whose trades changed, and how far their exact bars have followed.
--
-- From: dedup_to_bar_changes_mv (27), and the bars service, which notes what it has computed. A minute is to be
-- computed while sum(arrived) > max(computed). Counted, not timed: a note that comes late or twice loses no change.
-- Shipped: changes only by adding columns, codecs or settings.
CREATE TABLE IF NOT EXISTS bar_changes
(
    symbol     LowCardinality(String) COMMENT 'As ticks_local',
    minute     DateTime('UTC') COMMENT 'Start of the minute' CODEC(Delta(4), ZSTD(1)),
    arrived    SimpleAggregateFunction(sum, UInt64) COMMENT 'Rows of trades inserted, duplicates included' CODEC(T64, ZSTD(1)),
    computed   SimpleAggregateFunction(max, UInt64) COMMENT 'What arrived was when the bar was last computed' CODEC(T64, ZSTD(1)),
    changed_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')) COMMENT 'When the last of them arrived' CODEC(Delta(8), ZSTD(1)),
    INDEX recent changed_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/bar_changes', '{replica}')
ORDER BY (symbol, minute)
