-- Rolls each inserted block of trades up into one-minute states.
--
-- From: ticks_local (01), trades that are not busted. To: trades_1m_agg (07), which says how they are read.
-- A double becomes the decimal that its source wrote, by way of its digits: toDecimal128 of a double goes through long
-- doubles and makes 100.000000000000000003 of 100, or not, depending on whether the server has compiled the expression.
CREATE MATERIALIZED VIEW IF NOT EXISTS trades_1m_mv TO trades_1m_agg AS
SELECT
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
FROM ticks_local
WHERE event_type = 'trade' AND size > 0
GROUP BY symbol, minute, exchange
