CREATE TABLE tickhouse.bar_changes
(
    `symbol` LowCardinality(String) COMMENT 'As ticks_local',
    `minute` DateTime('UTC') COMMENT 'Start of the minute' CODEC(Delta(4), ZSTD(1)),
    `arrived` SimpleAggregateFunction(sum, UInt64) COMMENT 'Rows of trades inserted, duplicates included' CODEC(T64, ZSTD(1)),
    `computed` SimpleAggregateFunction(max, UInt64) COMMENT 'What arrived was when the bar was last computed' CODEC(T64, ZSTD(1)),
    `changed_at` SimpleAggregateFunction(max, DateTime64(3, 'UTC')) COMMENT 'When the last of them arrived' CODEC(Delta(8), ZSTD(1)),
    INDEX recent changed_at TYPE minmax GRANULARITY 1
)
ENGINE = AggregatingMergeTree
ORDER BY (symbol, minute)
SETTINGS index_granularity = 8192

CREATE TABLE tickhouse.bar_changes_all
(
    `symbol` LowCardinality(String),
    `minute` DateTime('UTC'),
    `arrived` SimpleAggregateFunction(sum, UInt64),
    `computed` SimpleAggregateFunction(max, UInt64),
    `changed_at` SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = Distributed('analytics_cluster', 'tickhouse', 'bar_changes', cityHash64(symbol))

CREATE TABLE tickhouse.bars_1m
(
    `symbol` LowCardinality(String) COMMENT 'As ticks_local',
    `minute` DateTime('UTC') COMMENT 'Start of the minute' CODEC(Delta(4), ZSTD(1)),
    `exchange` LowCardinality(String) COMMENT 'As ticks_local',
    `revision` UInt32 COMMENT '1 at first, one more with each change' CODEC(T64, ZSTD(1)),
    `known_at` DateTime64(6, 'UTC') COMMENT 'When it was computed' CODEC(Delta(8), ZSTD(1)),
    `first_known_at` DateTime64(6, 'UTC') COMMENT 'known_at of revision 1' CODEC(Delta(8), ZSTD(1)),
    `open` Float64 COMMENT 'Price of the first trade' CODEC(ZSTD(1)),
    `high` Float64 COMMENT 'Quote currency' CODEC(ZSTD(1)),
    `low` Float64 COMMENT 'Quote currency' CODEC(ZSTD(1)),
    `close` Float64 COMMENT 'Price of the last trade' CODEC(ZSTD(1)),
    `open_time` DateTime64(6, 'UTC') COMMENT 'Of the first trade' CODEC(Delta(8), ZSTD(1)),
    `open_seq_id` UInt64 COMMENT 'Of the first trade' CODEC(Delta(8), ZSTD(1)),
    `close_time` DateTime64(6, 'UTC') COMMENT 'Of the last trade' CODEC(Delta(8), ZSTD(1)),
    `close_seq_id` UInt64 COMMENT 'Of the last trade' CODEC(Delta(8), ZSTD(1)),
    `volume` Decimal(38, 18) COMMENT 'Units' CODEC(ZSTD(1)),
    `notional` Decimal(38, 18) COMMENT 'Quote currency: the sum of price * size; vwap is notional / volume' CODEC(ZSTD(1)),
    `buy_volume` Decimal(38, 18) COMMENT 'Units of trades whose aggressor bought' CODEC(ZSTD(1)),
    `sell_volume` Decimal(38, 18) COMMENT 'Units of trades whose aggressor sold' CODEC(ZSTD(1)),
    `trades` UInt64 COMMENT 'Number of trades; 0 where none is left' CODEC(T64, ZSTD(1)),
    INDEX known known_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(known_at)
PARTITION BY toYYYYMM(minute)
ORDER BY (symbol, minute, exchange, revision)
SETTINGS index_granularity = 8192

CREATE TABLE tickhouse.bars_1m_all
(
    `symbol` LowCardinality(String),
    `minute` DateTime('UTC'),
    `exchange` LowCardinality(String),
    `revision` UInt32,
    `known_at` DateTime64(6, 'UTC'),
    `first_known_at` DateTime64(6, 'UTC'),
    `open` Float64,
    `high` Float64,
    `low` Float64,
    `close` Float64,
    `open_time` DateTime64(6, 'UTC'),
    `open_seq_id` UInt64,
    `close_time` DateTime64(6, 'UTC'),
    `close_seq_id` UInt64,
    `volume` Decimal(38, 18),
    `notional` Decimal(38, 18),
    `buy_volume` Decimal(38, 18),
    `sell_volume` Decimal(38, 18),
    `trades` UInt64
)
ENGINE = Distributed('analytics_cluster', 'tickhouse', 'bars_1m', cityHash64(symbol))

CREATE TABLE tickhouse.dead_letters
(
    `kafka_topic` LowCardinality(String) COMMENT 'Topic of the message',
    `kafka_partition` UInt32 COMMENT 'Partition of the message',
    `kafka_offset` UInt64 COMMENT 'Offset of the message' CODEC(Delta(8), ZSTD(1)),
    `kafka_line` UInt32 COMMENT 'Line in the message, from 0',
    `kafka_lines` UInt32 COMMENT 'Lines of the message',
    `ingest_time` DateTime64(6, 'UTC') COMMENT 'When it was read' CODEC(Delta(8), ZSTD(1)),
    `error` String COMMENT 'The field, its value, and what is accepted' CODEC(ZSTD(3)),
    `raw_message` String COMMENT 'The line, byte by byte' CODEC(ZSTD(3)),
    `replay_of` String COMMENT 'Dead letter that this is a replay of; empty for most' CODEC(ZSTD(1)),
    `replays` UInt32 COMMENT 'How many times it was sent again; the highest one wins',
    `replayed_at` DateTime64(6, 'UTC') COMMENT 'When it was sent again last; 1970 for never'
)
ENGINE = ReplacingMergeTree(replays)
ORDER BY (kafka_topic, kafka_partition, kafka_offset, kafka_line)
SETTINGS index_granularity = 8192

CREATE TABLE tickhouse.dead_letters_all
(
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `kafka_offset` UInt64,
    `kafka_line` UInt32,
    `kafka_lines` UInt32,
    `ingest_time` DateTime64(6, 'UTC'),
    `error` String,
    `raw_message` String,
    `replay_of` String,
    `replays` UInt32,
    `replayed_at` DateTime64(6, 'UTC')
)
ENGINE = Distributed('analytics_cluster', 'tickhouse', 'dead_letters', kafka_partition)

CREATE MATERIALIZED VIEW tickhouse.dead_letters_mv TO tickhouse.dead_letters_all
(
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `kafka_offset` UInt64,
    `kafka_line` UInt32,
    `kafka_lines` UInt32,
    `ingest_time` DateTime64(6, 'UTC'),
    `error` String,
    `raw_message` String,
    `replay_of` String,
    `replays` UInt8,
    `replayed_at` DateTime64(6, 'UTC')
)
AS SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    kafka_line,
    kafka_lines,
    ingest_time,
    error,
    raw_message,
    replay_of,
    0 AS replays,
    toDateTime64(0, 6, 'UTC') AS replayed_at
FROM tickhouse.ticks_lines
WHERE notEmpty(error)

CREATE MATERIALIZED VIEW tickhouse.dead_letters_to_ledger_mv TO tickhouse.offset_ledger
(
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `chunk` UInt64,
    `kind` String,
    `offsets` AggregateFunction(groupBitmap, UInt32),
    `lines` AggregateFunction(groupBitmap, UInt64),
    `last` AggregateFunction(groupBitmap, UInt64)
)
AS SELECT
    kafka_topic,
    kafka_partition,
    intDiv(kafka_offset, 65536) AS chunk,
    'dead_letter' AS kind,
    groupBitmapState(toUInt32(kafka_offset % 65536)) AS offsets,
    groupBitmapStateIf((toUInt64(kafka_line) * 65536) + (kafka_offset % 65536), kafka_lines > 1) AS lines,
    groupBitmapStateIf((toUInt64(kafka_lines - 1) * 65536) + (kafka_offset % 65536), kafka_lines > 1) AS last
FROM tickhouse.dead_letters
WHERE notEmpty(kafka_topic)
GROUP BY
    kafka_topic,
    kafka_partition,
    chunk

CREATE MATERIALIZED VIEW tickhouse.dedup_to_bar_changes_mv TO tickhouse.bar_changes
(
    `symbol` LowCardinality(String),
    `minute` DateTime('UTC'),
    `arrived` UInt64,
    `computed` UInt64,
    `changed_at` DateTime64(3, 'UTC')
)
AS SELECT
    symbol,
    toStartOfMinute(event_time) AS minute,
    count() AS arrived,
    toUInt64(0) AS computed,
    now64(3, 'UTC') AS changed_at
FROM tickhouse.ticks_dedup
WHERE event_type = 'trade'
GROUP BY
    symbol,
    minute

CREATE MATERIALIZED VIEW tickhouse.dedup_to_sequence_mv TO tickhouse.sequence_ledger
(
    `exchange` LowCardinality(String),
    `symbol` LowCardinality(String),
    `event_type` Enum8('trade' = 1, 'quote' = 2, 'book' = 3),
    `chunk` UInt64,
    `seq_ids` AggregateFunction(groupBitmap, UInt32)
)
AS SELECT
    exchange,
    symbol,
    event_type,
    intDiv(seq_id, 65536) AS chunk,
    groupBitmapState(toUInt32(seq_id % 65536)) AS seq_ids
FROM tickhouse.ticks_dedup
GROUP BY
    exchange,
    symbol,
    event_type,
    chunk

CREATE TABLE tickhouse.empty_offsets
(
    `kafka_topic` LowCardinality(String) COMMENT 'Topic',
    `kafka_partition` UInt32 COMMENT 'Partition of kafka_topic' CODEC(T64, ZSTD(1)),
    `kafka_offset` UInt64 COMMENT 'Offset that holds nothing' CODEC(Delta(8), ZSTD(1)),
    `found_at` DateTime64(3, 'UTC') COMMENT 'When it was looked up' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree(found_at)
ORDER BY (kafka_topic, kafka_partition, kafka_offset)
SETTINGS index_granularity = 8192

CREATE TABLE tickhouse.empty_offsets_all
(
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `kafka_offset` UInt64,
    `found_at` DateTime64(3, 'UTC')
)
ENGINE = Distributed('analytics_cluster', 'tickhouse', 'empty_offsets', cityHash64(kafka_partition, kafka_offset))

CREATE MATERIALIZED VIEW tickhouse.kafka_to_buffer_mv TO tickhouse.ticks_buffer
(
    `exchange` String,
    `symbol` String,
    `event_time` DateTime64(6, 'UTC'),
    `seq_id` UInt64,
    `event_type` String,
    `price` Float64,
    `size` Float64,
    `side` String,
    `source_version` UInt32,
    `ingest_time` DateTime64(6, 'UTC'),
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `kafka_offset` UInt64,
    `kafka_line` UInt32,
    `kafka_lines` UInt32,
    `replay_of` String
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
    ingest_time,
    kafka_topic,
    kafka_partition,
    kafka_offset,
    kafka_line,
    kafka_lines,
    replay_of
FROM tickhouse.ticks_lines
WHERE empty(error)

CREATE MATERIALIZED VIEW tickhouse.kafka_to_messages_mv TO tickhouse.ticks_messages
(
    `message` String,
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `kafka_offset` UInt64,
    `replay_of` String
)
AS SELECT
    if(empty(_error), message, _raw_message) AS message,
    _topic AS kafka_topic,
    toUInt32(_partition) AS kafka_partition,
    _offset AS kafka_offset,
    _headers.value[indexOf(_headers.name, 'tickhouse-replay-of')] AS replay_of
FROM tickhouse.ticks_kafka

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
    `kafka_offset` UInt64,
    `kafka_line` UInt32,
    `replay_of` String
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
    kafka_offset,
    kafka_line,
    replay_of
FROM tickhouse.ticks_local

CREATE MATERIALIZED VIEW tickhouse.messages_to_lines_mv TO tickhouse.ticks_lines
(
    `error` Nullable(String),
    `raw_message` String,
    `exchange` String,
    `symbol` String,
    `event_time` DateTime64(6, 'UTC'),
    `seq_id` UInt64,
    `event_type` String,
    `price` Float64,
    `size` Float64,
    `side` String,
    `source_version` UInt32,
    `ingest_time` DateTime64(6, 'UTC'),
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `kafka_offset` UInt64,
    `kafka_line` UInt32,
    `kafka_lines` UInt32,
    `replay_of` String
)
AS WITH
    JSONExtract(line, 'Tuple(exchange String, symbol String, event_time String, seq_id String, event_type String, price Nullable(Float64), size Nullable(Float64), side String, source_version String)') AS tick,
    '^(?:-?[0-9][-+.0-9eE]*$|\\[|\\{|true$|false$)' AS other_type,
    '^[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?$' AS iso_8601,
    parseDateTime64BestEffortOrNull(tick.event_time, 6, 'UTC') AS time,
    toUInt64OrNull(tick.seq_id) AS seq,
    if(empty(tick.source_version), 1, toUInt32OrNull(tick.source_version)) AS version,
    (position(line, 'true') > 0) OR (position(line, 'false') > 0) AS has_bool,
    if(has_bool AND (JSONType(line, 'price') = 'Bool'), NULL, tick.price) AS px,
    if(has_bool AND (JSONType(line, 'size') = 'Bool'), NULL, tick.size) AS sz,
    (field -> if(JSONHas(line, field), leftUTF8(JSONExtractRaw(line, field), 200), 'missing')) AS shown,
    leftUTF8(extract(line, '"[^"]*"\\s*:\\s*(?:-?[0-9.]+[eE][+]?[0-9]{3,}|-[0-9]{19,}|[0-9]{20,})'), 200) AS huge
SELECT
    multiIf(breaks > 10000, concat('the message has ', toString(breaks), ' line breaks; accepted: at most 10000'), NOT startsWith(trimBoth(line, ' \t\r'), '{'), 'the line is no JSON object; accepted: one JSON object a line', empty(tick.exchange) AND (NOT isValidJSON(line)), concat('the line is no valid JSON', if(empty(huge), '', concat(', or its number ', huge, ' is too large')), '; accepted: one JSON object a line, UTF-8, at most 1000 levels deep, whole numbers of 64 bits, others up to 1.7976931348623157e308'), empty(tick.exchange) OR (lengthUTF8(tick.exchange) > 128) OR (match(tick.exchange, other_type) AND (JSONType(line, 'exchange') != 'String')), concat('exchange is ', shown('exchange'), '; accepted: a venue code of 1 to 128 characters, "XNAS"'), empty(tick.symbol) OR (lengthUTF8(tick.symbol) > 128) OR (match(tick.symbol, other_type) AND (JSONType(line, 'symbol') != 'String')), concat('symbol is ', shown('symbol'), '; accepted: an instrument of 1 to 128 characters, "AAPL"'), isNull(time) OR (NOT match(tick.event_time, iso_8601)), concat('event_time is ', shown('event_time'), '; accepted: ISO 8601, "2025-11-14T19:25:17.123456Z"'), time < toDateTime64('1970-01-02', 6, 'UTC'), concat('event_time is ', shown('event_time'), '; accepted: from 1970-01-02 on'), time > (now64(6, 'UTC') + toIntervalSecond(3600)), concat('event_time is ', shown('event_time'), '; accepted: at most 3600 s ahead of the clock, which is ', toString(now64(6, 'UTC'))), isNull(seq), concat('seq_id is ', shown('seq_id'), '; accepted: a whole number from 0 to 18446744073709551615'), (tick.event_type NOT IN ('trade', 'quote', 'book')), concat('event_type is ', shown('event_type'), '; accepted: "trade", "quote", "book"'), isNull(px) OR (NOT isFinite(px)) OR (px < 0), concat('price is ', shown('price'), '; accepted: a finite number, 0 or more'), isNull(sz) OR (NOT isFinite(sz)) OR (sz < 0), concat('size is ', shown('size'), '; accepted: a finite number, 0 or more'), (sz >= 1000000000000000.) OR ((px * sz) >= 1000000000000000.), concat('size is ', shown('size'), ' and price * size ', toString(px * sz), '; accepted: both below 1e15'), (tick.event_type = 'trade') AND (tick.side NOT IN ('buy', 'sell', 'unknown', '')), concat('side is ', shown('side'), '; accepted for a trade: "buy", "sell", "unknown"'), (tick.event_type != 'trade') AND (tick.side NOT IN ('buy', 'sell')), concat('side is ', shown('side'), '; accepted for a ', tick.event_type, ': "buy" (bid), "sell" (ask)'), isNull(version), concat('source_version is ', shown('source_version'), '; accepted: a whole number from 1 to 4294967295'), '') AS error,
    if(empty(error), '', line) AS raw_message,
    tick.exchange AS exchange,
    tick.symbol AS symbol,
    ifNull(time, toDateTime64(0, 6, 'UTC')) AS event_time,
    ifNull(seq, 0) AS seq_id,
    tick.event_type AS event_type,
    abs(ifNull(px, 0)) AS price,
    abs(ifNull(sz, 0)) AS size,
    if(empty(tick.side), 'unknown', tick.side) AS side,
    ifNull(version, 1) AS source_version,
    now64(6, 'UTC') AS ingest_time,
    kafka_topic,
    kafka_partition,
    kafka_offset,
    number AS kafka_line,
    toUInt32(length(texts)) AS kafka_lines,
    replay_of
FROM
(
    SELECT
        countSubstrings(message, '\n') AS breaks,
        arrayFilter(text -> notEmpty(trimBoth(text, ' \t\r')), splitByChar('\n', message, 10001)) AS filled,
        multiIf(breaks > 10000, [message], empty(filled), [''], filled) AS texts,
        kafka_topic,
        kafka_partition,
        kafka_offset,
        left(replay_of, 300) AS replay_of
    FROM tickhouse.ticks_messages
)
ARRAY JOIN
    texts AS line,
    range(toUInt32(length(texts))) AS number

CREATE TABLE tickhouse.offset_ledger
(
    `kafka_topic` LowCardinality(String) COMMENT 'Topic',
    `kafka_partition` UInt32 COMMENT 'Partition of kafka_topic',
    `chunk` UInt64 COMMENT 'kafka_offset div 65536' CODEC(Delta(8), ZSTD(1)),
    `kind` Enum8('tick' = 1, 'dead_letter' = 2) COMMENT 'Where the line is stored',
    `offsets` AggregateFunction(groupBitmap, UInt32) COMMENT 'Offsets of the run, from its first' CODEC(ZSTD(1)),
    `lines` AggregateFunction(groupBitmap, UInt64) COMMENT 'Stored lines of messages with several' CODEC(ZSTD(1)),
    `last` AggregateFunction(groupBitmap, UInt64) COMMENT 'Last lines of messages with several' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (kafka_topic, kafka_partition, chunk, kind)
SETTINGS index_granularity = 8192

CREATE TABLE tickhouse.offset_ledger_all
(
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `chunk` UInt64,
    `kind` Enum8('tick' = 1, 'dead_letter' = 2),
    `offsets` AggregateFunction(groupBitmap, UInt32),
    `lines` AggregateFunction(groupBitmap, UInt64),
    `last` AggregateFunction(groupBitmap, UInt64)
)
ENGINE = Distributed('analytics_cluster', 'tickhouse', 'offset_ledger')

CREATE TABLE tickhouse.sequence_ledger
(
    `exchange` LowCardinality(String) COMMENT 'As ticks_local',
    `symbol` LowCardinality(String) COMMENT 'As ticks_local',
    `event_type` Enum8('trade' = 1, 'quote' = 2, 'book' = 3) COMMENT 'As ticks_local',
    `chunk` UInt64 COMMENT 'seq_id div 65536' CODEC(Delta(8), ZSTD(1)),
    `seq_ids` AggregateFunction(groupBitmap, UInt32) COMMENT 'seq_id % 65536' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (exchange, symbol, event_type, chunk)
SETTINGS index_granularity = 8192

CREATE TABLE tickhouse.sequence_ledger_all
(
    `exchange` LowCardinality(String),
    `symbol` LowCardinality(String),
    `event_type` Enum8('trade' = 1, 'quote' = 2, 'book' = 3),
    `chunk` UInt64,
    `seq_ids` AggregateFunction(groupBitmap, UInt32)
)
ENGINE = Distributed('analytics_cluster', 'tickhouse', 'sequence_ledger', cityHash64(symbol))

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
    `kafka_offset` UInt64,
    `kafka_line` UInt32,
    `kafka_lines` UInt32,
    `replay_of` String
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
    `kafka_offset` UInt64,
    `kafka_line` UInt32,
    `kafka_lines` UInt32,
    `replay_of` String
)
ENGINE = Buffer('tickhouse', 'ticks_all', 1, 1, 1, 0, 0, 0, 0)

CREATE TABLE tickhouse.ticks_dedup
(
    `exchange` LowCardinality(String) COMMENT 'As ticks_local',
    `symbol` LowCardinality(String) COMMENT 'As ticks_local',
    `event_time` DateTime64(6, 'UTC') COMMENT 'As ticks_local; microseconds' CODEC(Delta(8), T64, ZSTD(1)),
    `seq_id` UInt64 COMMENT 'As ticks_local' CODEC(DoubleDelta, ZSTD(1)),
    `event_type` Enum8('trade' = 1, 'quote' = 2, 'book' = 3) COMMENT 'As ticks_local' CODEC(ZSTD(1)),
    `price` Float64 COMMENT 'As ticks_local' CODEC(ZSTD(1)),
    `size` Float64 COMMENT 'As ticks_local; a trade of size 0 is busted and counts nowhere' CODEC(ZSTD(1)),
    `side` Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2) COMMENT 'As ticks_local' CODEC(ZSTD(1)),
    `source_version` UInt32 COMMENT 'The highest one wins' CODEC(T64, ZSTD(1)),
    `ingest_time` DateTime64(6, 'UTC') COMMENT 'Of the row that won' CODEC(Delta(8), ZSTD(1)),
    `kafka_topic` LowCardinality(String) COMMENT 'Of the row that won',
    `kafka_partition` UInt32 COMMENT 'Of the row that won' CODEC(T64, ZSTD(1)),
    `kafka_offset` UInt64 COMMENT 'Of the row that won' CODEC(Delta(8), ZSTD(1)),
    `kafka_line` UInt32 COMMENT 'Of the row that won' CODEC(T64, ZSTD(1)),
    `replay_of` String COMMENT 'Of the row that won; see ticks_local' CODEC(ZSTD(1)),
    INDEX ingested ingest_time TYPE minmax GRANULARITY 1
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
    `kafka_offset` UInt64,
    `kafka_line` UInt32,
    `replay_of` String
)
ENGINE = Distributed('analytics_cluster', 'tickhouse', 'ticks_dedup', cityHash64(symbol))

CREATE TABLE tickhouse.ticks_kafka
(
    `message` String
)
ENGINE = Kafka(kafka_ticks)
SETTINGS kafka_format = 'RawBLOB', kafka_num_consumers = 2, kafka_thread_per_consumer = 0, kafka_handle_error_mode = 'stream', kafka_max_block_size = 65536, kafka_consumers_pool_ttl_ms = 10000, kafka_flush_interval_ms = 200, kafka_poll_timeout_ms = 100

CREATE TABLE tickhouse.ticks_lines
(
    `error` String,
    `raw_message` String,
    `exchange` String,
    `symbol` String,
    `event_time` DateTime64(6, 'UTC'),
    `seq_id` UInt64,
    `event_type` String,
    `price` Float64,
    `size` Float64,
    `side` String,
    `source_version` UInt32,
    `ingest_time` DateTime64(6, 'UTC'),
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `kafka_offset` UInt64,
    `kafka_line` UInt32,
    `kafka_lines` UInt32,
    `replay_of` String
)
ENGINE = `Null`

CREATE TABLE tickhouse.ticks_local
(
    `exchange` LowCardinality(String) COMMENT 'Venue code, XNAS or BINANCE',
    `symbol` LowCardinality(String) COMMENT 'Instrument as the venue writes it, without separators: BTCUSDT',
    `event_time` DateTime64(6, 'UTC') COMMENT 'When the venue says it happened; microseconds' CODEC(Delta(8), T64, ZSTD(1)),
    `seq_id` UInt64 COMMENT 'The venue\'s own number of the event' CODEC(DoubleDelta, ZSTD(1)),
    `event_type` Enum8('trade' = 1, 'quote' = 2, 'book' = 3) COMMENT 'What the tick reports' CODEC(ZSTD(1)),
    `price` Float64 COMMENT 'Quote currency for one unit; 0 or more' CODEC(ZSTD(1)),
    `size` Float64 COMMENT 'Units, may be fractional; 0 busts a trade and removes a book level' CODEC(ZSTD(1)),
    `side` Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2) COMMENT 'Aggressor of a trade; buy is bid and sell is ask of a quote or level' CODEC(ZSTD(1)),
    `source_version` UInt32 COMMENT '1 at first; a higher one corrects the same identity' CODEC(T64, ZSTD(1)),
    `ingest_time` DateTime64(6, 'UTC') COMMENT 'When this warehouse took it from Kafka' CODEC(Delta(8), ZSTD(1)),
    `kafka_topic` LowCardinality(String) COMMENT 'Where it came from; empty for a tick inserted by hand',
    `kafka_partition` UInt32 COMMENT 'Partition of kafka_topic' CODEC(T64, ZSTD(1)),
    `kafka_offset` UInt64 COMMENT 'Offset of its message in kafka_partition' CODEC(Delta(8), ZSTD(1)),
    `kafka_line` UInt32 COMMENT 'Its line in the message, from 0' CODEC(T64, ZSTD(1)),
    `kafka_lines` UInt32 COMMENT 'Lines of the message: what the ledger expects of it' CODEC(T64, ZSTD(1)),
    `replay_of` String COMMENT 'topic/partition/offset/line of the dead letter that was sent again; empty for most' CODEC(ZSTD(1)),
    INDEX place (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1,
    INDEX ingested ingest_time TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(event_time)
ORDER BY (symbol, event_time, seq_id)
TTL toDateTime(event_time) + toIntervalDay(30)
SETTINGS index_granularity = 8192

CREATE TABLE tickhouse.ticks_messages
(
    `message` String,
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `kafka_offset` UInt64,
    `replay_of` String
)
ENGINE = `Null`

CREATE MATERIALIZED VIEW tickhouse.ticks_to_ledger_mv TO tickhouse.offset_ledger
(
    `kafka_topic` LowCardinality(String),
    `kafka_partition` UInt32,
    `chunk` UInt64,
    `kind` String,
    `offsets` AggregateFunction(groupBitmap, UInt32),
    `lines` AggregateFunction(groupBitmap, UInt64),
    `last` AggregateFunction(groupBitmap, UInt64)
)
AS SELECT
    kafka_topic,
    kafka_partition,
    intDiv(kafka_offset, 65536) AS chunk,
    'tick' AS kind,
    groupBitmapState(toUInt32(kafka_offset % 65536)) AS offsets,
    groupBitmapStateIf((toUInt64(kafka_line) * 65536) + (kafka_offset % 65536), kafka_lines > 1) AS lines,
    groupBitmapStateIf((toUInt64(kafka_lines - 1) * 65536) + (kafka_offset % 65536), kafka_lines > 1) AS last
FROM tickhouse.ticks_local
WHERE notEmpty(kafka_topic)
GROUP BY
    kafka_topic,
    kafka_partition,
    chunk

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
SETTINGS index_granularity = 256

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
    sum(toDecimal128(toString(size), 18)) AS volume,
    sum(toDecimal128(toString(price * size), 18)) AS notional,
    count() AS trades
FROM tickhouse.ticks_local
WHERE (event_type = 'trade') AND (size > 0)
GROUP BY
    symbol,
    minute,
    exchange
