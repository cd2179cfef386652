-- Notes the minutes that an inserted block of trades belongs to. It hangs on the deduplicated history: a note is
-- there after the trades it tells of, so that a bar computed on its account has them.
--
-- From: ticks_dedup (06), trades; a busted one changes its bar too. To: bar_changes (26).
CREATE MATERIALIZED VIEW IF NOT EXISTS dedup_to_bar_changes_mv TO bar_changes AS
SELECT
    symbol,
    toStartOfMinute(event_time) AS minute,
    count() AS arrived,
    toUInt64(0) AS computed,
    now64(3, 'UTC') AS changed_at
FROM ticks_dedup
WHERE event_type = 'trade'
GROUP BY symbol, minute
