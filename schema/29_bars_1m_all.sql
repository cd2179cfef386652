-- The exact bars of all shards, from any node.
--
-- From: bars_1m (28) of every shard.
CREATE TABLE IF NOT EXISTS bars_1m_all
(
    symbol         LowCardinality(String),
    minute         DateTime('UTC'),
    exchange       LowCardinality(String),
    revision       UInt32,
    known_at       DateTime64(6, 'UTC'),
    first_known_at DateTime64(6, 'UTC'),
    open           Float64,
    high           Float64,
    low            Float64,
    close          Float64,
    open_time      DateTime64(6, 'UTC'),
    open_seq_id    UInt64,
    close_time     DateTime64(6, 'UTC'),
    close_seq_id   UInt64,
    volume         Decimal(38, 18),
    notional       Decimal(38, 18),
    buy_volume     Decimal(38, 18),
    sell_volume    Decimal(38, 18),
    trades         UInt64
)
ENGINE = Distributed(analytics_cluster, currentDatabase(), bars_1m, cityHash64(symbol))
