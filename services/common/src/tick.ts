/** What a tick reports. */
export type EventType = "trade" | "quote" | "book";

/** Aggressor of a trade; bid (`buy`) or ask (`sell`) of a quote or a book level. */
export type Side = "buy" | "sell";

/**
 * One tick as it travels through Kafka: a JSON object, several to a message when newline-separated.
 * Its identity is (exchange, symbol, event_type, event_time, seq_id) and, for quotes and book events, side.
 */
export interface Tick {
  readonly exchange: string;
  readonly symbol: string;
  /** UTC, ISO 8601 with microseconds and `Z`: `2025-11-14T19:25:17.123456Z`. */
  readonly event_time: string;
  /** The exchange's own number of the event; whole, 0 to 2^64 - 1. */
  readonly seq_id: number | bigint;
  readonly event_type: EventType;
  /** Quote currency for one unit; 0 or more. */
  readonly price: number;
  /** Units, may be fractional. 0 busts a trade (with a higher source_version) and removes a book level. */
  readonly size: number;
  readonly side: Side;
  /** 1 for the first report; a higher one corrects the same identity. */
  readonly source_version: number;
}
