/** Tables that a user might have instead, without views, replicas or provenance; their columns are a tick's nine. */

/** The layout that this warehouse grew out of: Gorilla prices, whole sizes, a number for an identity. */
export const BASELINE = {
  columns: `exchange String, symbol LowCardinality(String), event_time DateTime64(6, 'UTC') CODEC(DoubleDelta, ZSTD),
    seq_id UInt64, event_type Enum8('trade' = 1, 'quote' = 2, 'book' = 3), price Float64 CODEC(Gorilla, ZSTD), size UInt32,
    side Enum8('buy' = 1, 'sell' = 2), source_version UInt64`,
  /** Its history has no codecs. */
  dedupColumns: `exchange String, symbol LowCardinality(String), event_time DateTime64(6, 'UTC'), seq_id UInt64,
    event_type Enum8('trade' = 1, 'quote' = 2, 'book' = 3), price Float64, size UInt32, side Enum8('buy' = 1, 'sell' = 2),
    source_version UInt64`,
  rawOrder: "PARTITION BY toYYYYMM(event_time) ORDER BY (symbol, event_time)",
  dedupOrder: "PARTITION BY toYYYYMM(event_time) ORDER BY (symbol, seq_id)",
} as const;

/** As JSON has it: each text a String, each number a Float64, all with LZ4. */
export const TEXT_AND_FLOATS = {
  columns: `exchange String, symbol String, event_time String, seq_id Float64, event_type String, price Float64, size Float64,
    side String, source_version Float64`,
  order: "ORDER BY (symbol, event_time, seq_id)",
} as const;

/** Column types chosen, all else as the server has it. */
export const TYPED = {
  columns: `exchange String, symbol String, event_time DateTime64(6, 'UTC'), seq_id UInt64, event_type String, price Float64,
    size Float64, side String, source_version UInt64`,
  order: "ORDER BY (symbol, event_time, seq_id)",
  identity: "ORDER BY (exchange, symbol, event_type, event_time, seq_id, side)",
} as const;

export const TICK = "exchange, symbol, event_time, seq_id, event_type, price, size, side, source_version";
export const TICK_NAMES = TICK.split(", ");
