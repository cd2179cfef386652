-- Notes the source's number of each tick.
--
-- From: ticks_dedup (06). To: sequence_ledger (23).
CREATE MATERIALIZED VIEW IF NOT EXISTS dedup_to_sequence_mv TO sequence_ledger AS
SELECT
    exchange,
    symbol,
    event_type,
    intDiv(seq_id, 65536) AS chunk,
    groupBitmapState(toUInt32(seq_id % 65536)) AS seq_ids
FROM ticks_dedup
GROUP BY exchange, symbol, event_type, chunk
