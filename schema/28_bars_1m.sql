-- Exact one-minute bars of each venue, every revision: what was believed, and since when. Larger bars are made of these.
--
-- From: the bars service, which recomputes a changed minute from ticks_dedup FINAL (06) and adds a row when the bar
-- is another one. Across the cluster: bars_1m_all (29).
-- The bar at a moment is, for each exchange, the row with the highest revision whose known_at is not after it. A minute
-- whose last trade was busted has a row with trades = 0. Ties at open and close by (time, seq_id, exchange).
-- Sums are decimal: they do not depend on the order of the rows, so a bar of bars has the very bits of a bar of ticks.
-- The live stream asks what became known behind a moment (the index).
-- Shipped: changes only by adding columns, indexes, codecs or settings.
CREATE TABLE IF NOT EXISTS bars_1m
(
    symbol         LowCardinality(String) COMMENT 'As ticks_local',
    minute         DateTime('UTC') COMMENT 'Start of the minute' CODEC(Delta(4), ZSTD(1)),
    exchange       LowCardinality(String) COMMENT 'As ticks_local',
    revision       UInt32 COMMENT '1 at first, one more with each change' CODEC(T64, ZSTD(1)),
    known_at       DateTime64(6, 'UTC') COMMENT 'When it was computed' CODEC(Delta(8), ZSTD(1)),
    first_known_at DateTime64(6, 'UTC') COMMENT 'known_at of revision 1' CODEC(Delta(8), ZSTD(1)),
    open           Float64 COMMENT 'Price of the first trade' CODEC(ZSTD(1)),
    high           Float64 COMMENT 'Quote currency' CODEC(ZSTD(1)),
    low            Float64 COMMENT 'Quote currency' CODEC(ZSTD(1)),
    close          Float64 COMMENT 'Price of the last trade' CODEC(ZSTD(1)),
    open_time      DateTime64(6, 'UTC') COMMENT 'Of the first trade' CODEC(Delta(8), ZSTD(1)),
    open_seq_id    UInt64 COMMENT 'Of the first trade' CODEC(Delta(8), ZSTD(1)),
    close_time     DateTime64(6, 'UTC') COMMENT 'Of the last trade' CODEC(Delta(8), ZSTD(1)),
    close_seq_id   UInt64 COMMENT 'Of the last trade' CODEC(Delta(8), ZSTD(1)),
    volume         Decimal(38, 18) COMMENT 'Units' CODEC(ZSTD(1)),
    notional       Decimal(38, 18) COMMENT 'Quote currency: the sum of price * size; vwap is notional / volume' CODEC(ZSTD(1)),
    buy_volume     Decimal(38, 18) COMMENT 'Units of trades whose aggressor bought' CODEC(ZSTD(1)),
    sell_volume    Decimal(38, 18) COMMENT 'Units of trades whose aggressor sold' CODEC(ZSTD(1)),
    trades         UInt64 COMMENT 'Number of trades; 0 where none is left' CODEC(T64, ZSTD(1)),
    INDEX known known_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/bars_1m', '{replica}', known_at)
PARTITION BY toYYYYMM(minute)
ORDER BY (symbol, minute, exchange, revision)
