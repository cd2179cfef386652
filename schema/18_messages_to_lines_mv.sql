-- Splits each message into its lines and reads each by itself: a tick, or the field that is wrong with its value and
-- what is accepted. A message of blank lines alone is one line, so that its offset is accounted for.
--
-- From: ticks_messages (15). To: ticks_lines (17).
-- The bound on money keeps the decimal sums of 08 from overflowing, which would stop consumption for good.
-- JSON's true and false would be read as the numbers 1 and 0, hence the look at a number's type where one occurs.
CREATE MATERIALIZED VIEW IF NOT EXISTS messages_to_lines_mv TO ticks_lines AS
WITH
    JSONExtract(line, 'Tuple(exchange String, symbol String, event_time String, seq_id String, event_type String, price Nullable(Float64), size Nullable(Float64), side String, source_version String)') AS tick,
    parseDateTime64BestEffortOrNull(tick.event_time, 6, 'UTC') AS time,
    toUInt64OrNull(tick.seq_id) AS seq,
    if(empty(tick.source_version), 1, toUInt32OrNull(tick.source_version)) AS version,
    position(line, 'true') > 0 OR position(line, 'false') > 0 AS has_bool,
    if(has_bool AND JSONType(line, 'price') = 'Bool', NULL, tick.price) AS px,
    if(has_bool AND JSONType(line, 'size') = 'Bool', NULL, tick.size) AS sz
SELECT
    multiIf(
        NOT startsWith(trimLeft(line), '{'), 'the line is no JSON object; accepted: one JSON object a line',
        empty(tick.exchange) AND NOT isValidJSON(line), 'the line is no valid JSON; accepted: one JSON object a line',
        empty(tick.exchange), concat('exchange is ', if(JSONHas(line, 'exchange'), JSONExtractRaw(line, 'exchange'), 'missing'), '; accepted: a venue code, "XNAS"'),
        empty(tick.symbol), concat('symbol is ', if(JSONHas(line, 'symbol'), JSONExtractRaw(line, 'symbol'), 'missing'), '; accepted: an instrument, "AAPL"'),
        isNull(time), concat('event_time is ', if(JSONHas(line, 'event_time'), JSONExtractRaw(line, 'event_time'), 'missing'), '; accepted: ISO 8601, "2025-11-14T19:25:17.123456Z"'),
        time < toDateTime64('${earliest_tick}', 6, 'UTC'), concat('event_time is ', JSONExtractRaw(line, 'event_time'), '; accepted: from ${earliest_tick} on'),
        time > now64(6, 'UTC') + toIntervalSecond(${max_future_seconds}), concat('event_time is ', JSONExtractRaw(line, 'event_time'), '; accepted: at most ${max_future_seconds} s ahead of the clock, which is ', toString(now64(6, 'UTC'))),
        isNull(seq), concat('seq_id is ', if(JSONHas(line, 'seq_id'), JSONExtractRaw(line, 'seq_id'), 'missing'), '; accepted: a whole number, 0 or more'),
        tick.event_type NOT IN ('trade', 'quote', 'book'), concat('event_type is ', if(JSONHas(line, 'event_type'), JSONExtractRaw(line, 'event_type'), 'missing'), '; accepted: "trade", "quote", "book"'),
        isNull(px) OR NOT isFinite(px) OR px < 0, concat('price is ', if(JSONHas(line, 'price'), JSONExtractRaw(line, 'price'), 'missing'), '; accepted: a finite number, 0 or more'),
        isNull(sz) OR NOT isFinite(sz) OR sz < 0, concat('size is ', if(JSONHas(line, 'size'), JSONExtractRaw(line, 'size'), 'missing'), '; accepted: a finite number, 0 or more'),
        sz >= 1e19 OR px * sz >= 1e19, concat('size is ', toString(sz), ' and price * size ', toString(px * sz), '; accepted: both below 1e19'),
        tick.event_type = 'trade' AND tick.side NOT IN ('buy', 'sell', 'unknown', ''), concat('side is ', JSONExtractRaw(line, 'side'), '; accepted for a trade: "buy", "sell", "unknown"'),
        tick.event_type != 'trade' AND tick.side NOT IN ('buy', 'sell'), concat('side is ', if(JSONHas(line, 'side'), JSONExtractRaw(line, 'side'), 'missing'), '; accepted for a ', tick.event_type, ': "buy" (bid), "sell" (ask)'),
        isNull(version), concat('source_version is ', JSONExtractRaw(line, 'source_version'), '; accepted: a whole number, 1 or more'),
        ''
    ) AS error,
    if(empty(error), '', line) AS raw_message,
    tick.exchange AS exchange,
    tick.symbol AS symbol,
    ifNull(time, toDateTime64(0, 6, 'UTC')) AS event_time,
    ifNull(seq, 0) AS seq_id,
    tick.event_type AS event_type,
    ifNull(px, 0) AS price,
    ifNull(sz, 0) AS size,
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
        arrayFilter(text -> notEmpty(trim(BOTH ' \t\r' FROM text)), splitByChar('\n', message)) AS filled,
        if(empty(filled), [''], filled) AS texts,
        kafka_topic,
        kafka_partition,
        kafka_offset,
        replay_of
    FROM ticks_messages
)
ARRAY JOIN
    texts AS line,
    range(toUInt32(length(texts))) AS number
