-- Dead letters of all shards. Sharded by the message's partition, so that one that is delivered again, to whichever
-- node, meets its first copy, and a consumer's block, which is of one partition mostly, writes to one shard: each shard
-- that it writes to costs two more parts, its dead letters and their ledger.
--
-- From: dead_letters_mv (13). To: dead_letters (12).
CREATE TABLE IF NOT EXISTS dead_letters_all
(
    kafka_topic     LowCardinality(String),
    kafka_partition UInt32,
    kafka_offset    UInt64,
    kafka_line      UInt32,
    kafka_lines     UInt32,
    ingest_time     DateTime64(6, 'UTC'),
    error           String,
    raw_message     String,
    replay_of       String,
    replays         UInt32,
    replayed_at     DateTime64(6, 'UTC')
)
ENGINE = Distributed(analytics_cluster, currentDatabase(), dead_letters, kafka_partition)
