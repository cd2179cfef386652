CREATE TABLE tickhouse.dead_letters
(
    `kafka_topic` LowCardinality(String) COMMENT 'Topic of the message',
    `kafka_partition` UInt32 COMMENT 'Partition of the message',
    `kafka_offset` UInt64 COMMENT 'Offset of the message',
    `ingest_time` DateTime64(6, 'UTC') COMMENT 'When it was read',
    `error` String COMMENT 'What ClickHouse says is wrong with it' CODEC(ZSTD(3)),
    `raw_message` String COMMENT 'The message, byte by byte' CODEC(ZSTD(3))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ingest_time)
ORDER BY (kafka_topic, kafka_partition, kafka_offset)
SETTINGS index_granularity = 8192

CREATE MATERIALIZED VIEW tickhouse.dead_letters_mv TO tickhouse.dead_letters
(
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `kafka_offset` UInt64,
    `ingest_time` DateTime64(6, 'UTC'),
    `error` String,
    `raw_message` String
)
AS SELECT
    _topic AS kafka_topic,
    toUInt32(_partition) AS kafka_partition,
    _offset AS kafka_offset,
    now64(6, 'UTC') AS ingest_time,
    multiIf(notEmpty(_error), _error, empty(symbol), 'symbol is empty', event_time <= toDateTime64(0, 6, 'UTC'), 'event_time is missing or not after 1970', (NOT isFinite(price)) OR (price < 0), concat('price is ', toString(price), '; accepted: a finite number, 0 or more'), (NOT isFinite(size)) OR (size < 0), concat('size is ', toString(size), '; accepted: a finite number, 0 or more'), concat('size ', toString(size), ' or price * size ', toString(price * size), ' is too large; accepted: below 1e19')) AS error,
    if(notEmpty(_error), _raw_message, formatRowNoNewline('JSONEachRow', exchange, symbol, event_time, seq_id, event_type, price, size, side, source_version)) AS raw_message
FROM tickhouse.ticks_kafka
WHERE NOT (empty(_error) AND notEmpty(symbol) AND (event_time > toDateTime64(0, 6, 'UTC')) AND isFinite(price) AND (price >= 0) AND isFinite(size) AND (size >= 0) AND (size < 10000000000000000000.) AND ((price * size) < 10000000000000000000.))

CREATE MATERIALIZED VIEW tickhouse.kafka_to_buffer_mv TO tickhouse.ticks_buffer
(
    `exchange` String,
    `symbol` String,
    `event_time` DateTime64(6, 'UTC'),
    `seq_id` UInt64,
    `event_type` Enum8('trade' = 1, 'quote' = 2, 'book' = 3),
    `price` Float64,
    `size` Float64,
    `side` Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2),
    `source_version` UInt32,
    `ingest_time` DateTime64(6, 'UTC'),
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `kafka_offset` UInt64
)
AS SELECT
    exchange,
    symbol,
    event_time,
    seq_id,
    event_type,
    price,
    size,
    side,
    greatest(source_version, 1) AS source_version,
    now64(6, 'UTC') AS ingest_time,
    _topic AS kafka_topic,
    toUInt32(_partition) AS kafka_partition,
    _offset AS kafka_offset
FROM tickhouse.ticks_kafka
WHERE empty(_error) AND notEmpty(symbol) AND (event_time > toDateTime64(0, 6, 'UTC')) AND isFinite(price) AND (price >= 0) AND isFinite(size) AND (size >= 0) AND (size < 10000000000000000000.) AND ((price * size) < 10000000000000000000.)

CREATE MATERIALIZED VIEW tickhouse.local_to_dedup_mv TO tickhouse.ticks_dedup
(
    `exchange` LowCardinality(String),
    `symbol` LowCardinality(String),
    `event_time` DateTime64(6, 'UTC'),
    `seq_id` UInt64,
    `event_type` Enum8('trade' = 1, 'quote' = 2, 'book' = 3),
    `price` Float64,
    `size` Float64,
    `side` Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2),
    `source_version` UInt32,
    `ingest_time` DateTime64(6, 'UTC'),
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `kafka_offset` UInt64
)
AS SELECT
    exchange,
    symbol,
    event_time,
    seq_id,
    event_type,
    price,
    size,
    side,
    source_version,
    ingest_time,
    kafka_topic,
    kafka_partition,
    kafka_offset
FROM tickhouse.ticks_local

CREATE TABLE tickhouse.ticks_all
(
    `exchange` LowCardinality(String),
    `symbol` LowCardinality(String),
    `event_time` DateTime64(6, 'UTC'),
    `seq_id` UInt64,
    `event_type` Enum8('trade' = 1, 'quote' = 2, 'book' = 3),
    `price` Float64,
    `size` Float64,
    `side` Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2),
    `source_version` UInt32,
    `ingest_time` DateTime64(6, 'UTC'),
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `kafka_offset` UInt64
)
ENGINE = Distributed('analytics_cluster', 'tickhouse', 'ticks_local', cityHash64(symbol))

CREATE TABLE tickhouse.ticks_buffer
(
    `exchange` LowCardinality(String),
    `symbol` LowCardinality(String),
    `event_time` DateTime64(6, 'UTC'),
    `seq_id` UInt64,
    `event_type` Enum8('trade' = 1, 'quote' = 2, 'book' = 3),
    `price` Float64,
    `size` Float64,
    `side` Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2),
    `source_version` UInt32,
    `ingest_time` DateTime64(6, 'UTC'),
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `kafka_offset` UInt64
)
ENGINE = Buffer('tickhouse', 'ticks_all', 1, 1, 1, 0, 0, 0, 0)

CREATE TABLE tickhouse.ticks_dedup
(
    `exchange` LowCardinality(String) COMMENT 'As ticks_local',
    `symbol` LowCardinality(String) COMMENT 'As ticks_local',
    `event_time` DateTime64(6, 'UTC') COMMENT 'As ticks_local; microseconds' CODEC(Delta(8), ZSTD(1)),
    `seq_id` UInt64 COMMENT 'As ticks_local' CODEC(DoubleDelta, ZSTD(1)),
    `event_type` Enum8('trade' = 1, 'quote' = 2, 'book' = 3) COMMENT 'As ticks_local',
    `price` Float64 COMMENT 'As ticks_local' CODEC(ZSTD(1)),
    `size` Float64 COMMENT 'As ticks_local; a trade of size 0 is busted and counts nowhere' CODEC(ZSTD(1)),
    `side` Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2) COMMENT 'As ticks_local',
    `source_version` UInt32 COMMENT 'The highest one wins' CODEC(T64, ZSTD(1)),
    `ingest_time` DateTime64(6, 'UTC') COMMENT 'Of the row that won' CODEC(Delta(8), ZSTD(1)),
    `kafka_topic` LowCardinality(String) COMMENT 'Of the row that won',
    `kafka_partition` UInt32 COMMENT 'Of the row that won' CODEC(T64, ZSTD(1)),
    `kafka_offset` UInt64 COMMENT 'Of the row that won' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree(source_version)
PARTITION BY toYYYYMM(event_time)
ORDER BY (symbol, event_type, event_time, seq_id, exchange, if(event_type = 'trade', 0, toInt8(side)))
SETTINGS index_granularity = 8192

CREATE TABLE tickhouse.ticks_dedup_all
(
    `exchange` LowCardinality(String),
    `symbol` LowCardinality(String),
    `event_time` DateTime64(6, 'UTC'),
    `seq_id` UInt64,
    `event_type` Enum8('trade' = 1, 'quote' = 2, 'book' = 3),
    `price` Float64,
    `size` Float64,
    `side` Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2),
    `source_version` UInt32,
    `ingest_time` DateTime64(6, 'UTC'),
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `kafka_offset` UInt64
)
ENGINE = Distributed('analytics_cluster', 'tickhouse', 'ticks_dedup', cityHash64(symbol))

CREATE TABLE tickhouse.ticks_kafka
(
    `exchange` String,
    `symbol` String,
    `event_time` DateTime64(6, 'UTC'),
    `seq_id` UInt64,
    `event_type` Enum8('trade' = 1, 'quote' = 2, 'book' = 3),
    `price` Float64,
    `size` Float64,
    `side` Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2),
    `source_version` UInt32
)
ENGINE = Kafka(kafka_ticks)
SETTINGS kafka_format = 'JSONEachRow', kafka_num_consumers = 2, kafka_thread_per_consumer = 1, kafka_handle_error_mode = 'stream', kafka_flush_interval_ms = 200, kafka_poll_timeout_ms = 100, date_time_input_format = 'best_effort'

CREATE TABLE tickhouse.ticks_local
(
    `exchange` LowCardinality(String) COMMENT 'Venue code, XNAS or BINANCE',
    `symbol` LowCardinality(String) COMMENT 'Instrument as the venue writes it, without separators: BTCUSDT',
    `event_time` DateTime64(6, 'UTC') COMMENT 'When the venue says it happened; microseconds' CODEC(Delta(8), ZSTD(1)),
    `seq_id` UInt64 COMMENT 'The venue\'s own number of the event' CODEC(DoubleDelta, ZSTD(1)),
    `event_type` Enum8('trade' = 1, 'quote' = 2, 'book' = 3) COMMENT 'What the tick reports',
    `price` Float64 COMMENT 'Quote currency for one unit; 0 or more' CODEC(ZSTD(1)),
    `size` Float64 COMMENT 'Units, may be fractional; 0 busts a trade and removes a book level' CODEC(ZSTD(1)),
    `side` Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2) COMMENT 'Aggressor of a trade; buy is bid and sell is ask of a quote or level',
    `source_version` UInt32 COMMENT '1 at first; a higher one corrects the same identity' CODEC(T64, ZSTD(1)),
    `ingest_time` DateTime64(6, 'UTC') COMMENT 'When this warehouse took it from Kafka' CODEC(Delta(8), ZSTD(1)),
    `kafka_topic` LowCardinality(String) COMMENT 'Where it came from; empty for a tick inserted by hand',
    `kafka_partition` UInt32 COMMENT 'Partition of kafka_topic' CODEC(T64, ZSTD(1)),
    `kafka_offset` UInt64 COMMENT 'Offset of its message in kafka_partition' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(event_time)
ORDER BY (symbol, event_time, seq_id)
TTL toDateTime(event_time) + toIntervalDay(30)
SETTINGS index_granularity = 8192

CREATE TABLE tickhouse.trades_1m_agg
(
    `symbol` LowCardinality(String) COMMENT 'As ticks_local',
    `minute` DateTime('UTC') COMMENT 'Start of the minute' CODEC(Delta(4), ZSTD(1)),
    `exchange` LowCardinality(String) COMMENT 'As ticks_local',
    `open` AggregateFunction(argMin, Float64, Tuple(
        DateTime64(6, 'UTC'),
        UInt64)) COMMENT 'Price of the first trade; argMinMerge' CODEC(ZSTD(1)),
    `high` SimpleAggregateFunction(max, Float64) COMMENT 'Quote currency' CODEC(ZSTD(1)),
    `low` SimpleAggregateFunction(min, Float64) COMMENT 'Quote currency' CODEC(ZSTD(1)),
    `close` AggregateFunction(argMax, Float64, Tuple(
        DateTime64(6, 'UTC'),
        UInt64)) COMMENT 'Price of the last trade; argMaxMerge' CODEC(ZSTD(1)),
    `volume` SimpleAggregateFunction(sum, Decimal(38, 18)) COMMENT 'Units' CODEC(ZSTD(1)),
    `notional` SimpleAggregateFunction(sum, Decimal(38, 18)) COMMENT 'Quote currency: the sum of price * size' CODEC(ZSTD(1)),
    `trades` SimpleAggregateFunction(sum, UInt64) COMMENT 'Number of trades' CODEC(T64, ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(minute)
ORDER BY (symbol, minute, exchange)
SETTINGS index_granularity = 8192

CREATE TABLE tickhouse.trades_1m_all
(
    `symbol` LowCardinality(String),
    `minute` DateTime('UTC'),
    `exchange` LowCardinality(String),
    `open` AggregateFunction(argMin, Float64, Tuple(
        DateTime64(6, 'UTC'),
        UInt64)),
    `high` SimpleAggregateFunction(max, Float64),
    `low` SimpleAggregateFunction(min, Float64),
    `close` AggregateFunction(argMax, Float64, Tuple(
        DateTime64(6, 'UTC'),
        UInt64)),
    `volume` SimpleAggregateFunction(sum, Decimal(38, 18)),
    `notional` SimpleAggregateFunction(sum, Decimal(38, 18)),
    `trades` SimpleAggregateFunction(sum, UInt64)
)
ENGINE = Distributed('analytics_cluster', 'tickhouse', 'trades_1m_agg', cityHash64(symbol))

CREATE MATERIALIZED VIEW tickhouse.trades_1m_mv TO tickhouse.trades_1m_agg
(
    `symbol` LowCardinality(String),
    `minute` DateTime('UTC'),
    `exchange` LowCardinality(String),
    `open` AggregateFunction(argMin, Float64, Tuple(
        DateTime64(6, 'UTC'),
        UInt64)),
    `high` Float64,
    `low` Float64,
    `close` AggregateFunction(argMax, Float64, Tuple(
        DateTime64(6, 'UTC'),
        UInt64)),
    `volume` Decimal(38, 18),
    `notional` Decimal(38, 18),
    `trades` UInt64
)
AS SELECT
    symbol,
    toStartOfMinute(event_time) AS minute,
    exchange,
    argMinState(price, (event_time, seq_id)) AS open,
    max(price) AS high,
    min(price) AS low,
    argMaxState(price, (event_time, seq_id)) AS close,
    sum(toDecimal128(size, 18)) AS volume,
    sum(toDecimal128(price * size, 18)) AS notional,
    count() AS trades
FROM tickhouse.ticks_local
WHERE (event_type = 'trade') AND (size > 0)
GROUP BY
    symbol,
    minute,
    exchange
