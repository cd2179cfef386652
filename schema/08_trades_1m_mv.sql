-- Rolls each inserted block of trades up into one-minute states.
--
-- From: ticks_local (01), trades that are not busted. To: trades_1m_agg (07), which says how they are read.
-- A double becomes a decimal by halves of 64 bits: toDecimal128 goes through long doubles and makes
-- 100.000000000000000003 of 100, or not, depending on whether the server has compiled the expression.
CREATE MATERIALIZED VIEW IF NOT EXISTS trades_1m_mv TO trades_1m_agg AS
WITH
    size * 1e18 AS units,
    floor(units / exp2(64)) AS units_high,
    reinterpret(toInt128(toUInt64(units_high)) * toInt128('18446744073709551616') + toInt128(toUInt64(units - units_high * exp2(64))), 'Decimal(38, 18)') AS exact_units,
    price * size * 1e18 AS money,
    floor(money / exp2(64)) AS money_high,
    reinterpret(toInt128(toUInt64(money_high)) * toInt128('18446744073709551616') + toInt128(toUInt64(money - money_high * exp2(64))), 'Decimal(38, 18)') AS exact_money
SELECT
    symbol,
    toStartOfMinute(event_time) AS minute,
    exchange,
    argMinState(price, (event_time, seq_id)) AS open,
    max(price) AS high,
    min(price) AS low,
    argMaxState(price, (event_time, seq_id)) AS close,
    sum(exact_units) AS volume,
    sum(exact_money) AS notional,
    count() AS trades
FROM ticks_local
WHERE event_type = 'trade' AND size > 0
GROUP BY symbol, minute, exchange
