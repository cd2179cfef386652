-- Splits each message into its lines and reads each by itself: a tick, or the field that is wrong with its value and
-- what is accepted. A message of blank lines alone is one line, so that its offset is accounted for.
--
-- From: ticks_messages (15). To: ticks_lines (17).
-- Nothing that a message can hold may make an insert fail: it would be consumed again for ever. So money is bounded
-- (the decimal sums of 08 hold 170,000 trades of the largest size), what is quoted is cut, and a message of very many
-- lines is one dead letter: a line of two bytes takes a hundred times its memory while it is read.
-- Nothing may be stored that was not meant. A value of another JSON type would be read as its text, [1] as a symbol
-- '[1]' and true as the number 1: where a text could be one, its type is looked at. A time that is no ISO 8601 would
-- be guessed at, '12:34' as today's. -0 is 0, a source_version of 0 counts as 1 (03), and of a field that stands there
-- twice the first counts.
CREATE MATERIALIZED VIEW IF NOT EXISTS messages_to_lines_mv TO ticks_lines AS
WITH
    JSONExtract(line, 'Tuple(exchange String, symbol String, event_time String, seq_id String, event_type String, price Nullable(Float64), size Nullable(Float64), side String, source_version String)') AS tick,
    '^(?:-?[0-9][-+.0-9eE]*$|\\[|\\{|true$|false$)' AS other_type,
    '^[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?$' AS iso_8601,
    parseDateTime64BestEffortOrNull(tick.event_time, 6, 'UTC') AS time,
    toUInt64OrNull(tick.seq_id) AS seq,
    if(empty(tick.source_version), 1, toUInt32OrNull(tick.source_version)) AS version,
    position(line, 'true') > 0 OR position(line, 'false') > 0 AS has_bool,
    if(has_bool AND JSONType(line, 'price') = 'Bool', NULL, tick.price) AS px,
    if(has_bool AND JSONType(line, 'size') = 'Bool', NULL, tick.size) AS sz,
    field -> if(JSONHas(line, field), leftUTF8(JSONExtractRaw(line, field), 200), 'missing') AS shown,
    leftUTF8(extract(line, '"[^"]*"\\s*:\\s*(?:-?[0-9.]+[eE][+]?[0-9]{3,}|-[0-9]{19,}|[0-9]{20,})'), 200) AS huge
SELECT
    multiIf(
        breaks > 10000, concat('the message has ', toString(breaks), ' line breaks; accepted: at most 10000'),
        NOT startsWith(trim(BOTH ' \t\r' FROM line), '{'), 'the line is no JSON object; accepted: one JSON object a line',
        empty(tick.exchange) AND NOT isValidJSON(line), concat('the line is no valid JSON', if(empty(huge), '', concat(', or its number ', huge, ' is too large')), '; accepted: one JSON object a line, UTF-8, at most 1000 levels deep, whole numbers of 64 bits, others up to 1.7976931348623157e308'),
        empty(tick.exchange) OR lengthUTF8(tick.exchange) > 128 OR match(tick.exchange, other_type) AND JSONType(line, 'exchange') != 'String', concat('exchange is ', shown('exchange'), '; accepted: a venue code of 1 to 128 characters, "XNAS"'),
        empty(tick.symbol) OR lengthUTF8(tick.symbol) > 128 OR match(tick.symbol, other_type) AND JSONType(line, 'symbol') != 'String', concat('symbol is ', shown('symbol'), '; accepted: an instrument of 1 to 128 characters, "AAPL"'),
        isNull(time) OR NOT match(tick.event_time, iso_8601), concat('event_time is ', shown('event_time'), '; accepted: ISO 8601, "2025-11-14T19:25:17.123456Z"'),
        time < toDateTime64('${earliest_tick}', 6, 'UTC'), concat('event_time is ', shown('event_time'), '; accepted: from ${earliest_tick} on'),
        time > now64(6, 'UTC') + toIntervalSecond(${max_future_seconds}), concat('event_time is ', shown('event_time'), '; accepted: at most ${max_future_seconds} s ahead of the clock, which is ', toString(now64(6, 'UTC'))),
        isNull(seq), concat('seq_id is ', shown('seq_id'), '; accepted: a whole number from 0 to 18446744073709551615'),
        tick.event_type NOT IN ('trade', 'quote', 'book'), concat('event_type is ', shown('event_type'), '; accepted: "trade", "quote", "book"'),
        isNull(px) OR NOT isFinite(px) OR px < 0, concat('price is ', shown('price'), '; accepted: a finite number, 0 or more'),
        isNull(sz) OR NOT isFinite(sz) OR sz < 0, concat('size is ', shown('size'), '; accepted: a finite number, 0 or more'),
        sz >= 1e15 OR px * sz >= 1e15, concat('size is ', shown('size'), ' and price * size ', toString(px * sz), '; accepted: both below 1e15'),
        tick.event_type = 'trade' AND tick.side NOT IN ('buy', 'sell', 'unknown', ''), concat('side is ', shown('side'), '; accepted for a trade: "buy", "sell", "unknown"'),
        tick.event_type != 'trade' AND tick.side NOT IN ('buy', 'sell'), concat('side is ', shown('side'), '; accepted for a ', tick.event_type, ': "buy" (bid), "sell" (ask)'),
        isNull(version), concat('source_version is ', shown('source_version'), '; accepted: a whole number from 1 to 4294967295'),
        ''
    ) AS error,
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
        arrayFilter(text -> notEmpty(trim(BOTH ' \t\r' FROM text)), splitByChar('\n', message, 10001)) AS filled,
        multiIf(breaks > 10000, [message], empty(filled), [''], filled) AS texts,
        kafka_topic,
        kafka_partition,
        kafka_offset,
        left(replay_of, 300) AS replay_of
    FROM ticks_messages
)
ARRAY JOIN
    texts AS line,
    range(toUInt32(length(texts))) AS number
