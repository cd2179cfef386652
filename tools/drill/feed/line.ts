import type { Random } from "../random.ts";

/** What a feed holds, each kind on purpose. */
export type LineKind =
  | "trade"
  | "quote"
  | "book"
  | "duplicate"
  | "correction"
  | "bust"
  | "restored"
  | "older version later"
  | "late"
  | "tie"
  | "twin"
  | "boundary"
  | "no bytes"
  | `broken: ${string}`;

/** One line of a message. */
export interface FeedLine {
  /** Whose message it goes into. */
  readonly symbol: string;
  readonly bytes: Buffer;
  readonly kinds: readonly LineKind[];
}

/** A tick before it is written down. */
export interface FeedTick {
  readonly exchange: string;
  readonly symbol: string;
  readonly micros: bigint;
  readonly seqId: number;
  readonly type: "trade" | "quote" | "book";
  readonly price: number;
  readonly size: number;
  readonly side: "buy" | "sell";
  readonly version: number;
}

/** `2025-11-14T19:25:17.123456Z` */
export function isoMicros(micros: bigint): string {
  const millis = new Date(Number(micros / 1_000n)).toISOString().slice(0, -1);
  return `${millis}${String(micros % 1_000n).padStart(3, "0")}Z`;
}

/** The fields of a tick as they are sent. */
export const fieldsOf = (tick: FeedTick): Record<string, unknown> => ({
  exchange: tick.exchange,
  symbol: tick.symbol,
  event_time: isoMicros(tick.micros),
  seq_id: tick.seqId,
  event_type: tick.type,
  price: tick.price,
  size: tick.size,
  side: tick.side,
  source_version: tick.version,
});

/** Writes a tick down in one of the ways that mean the same. */
export function writeTick(tick: FeedTick, random: Random): Buffer {
  const fields = fieldsOf(tick);
  if (tick.version === 1 && random.chance(0.1)) delete fields["source_version"];
  if (random.chance(0.05)) fields["seq_id"] = String(tick.seqId);
  if (random.chance(0.05)) fields["venue_note"] = 'a field that nobody knows, with "quotes" and \u20ac';
  const whole = String(fields["event_time"]);
  if (random.chance(0.05)) fields["event_time"] = whole.replace(/0+Z$/, "Z").replace(/\.Z$/, "Z");
  const text = random.chance(0.05)
    ? JSON.stringify(fields, null, 1).replaceAll("\n", " ")
    : JSON.stringify(fields);
  return Buffer.from(random.chance(0.02) ? `${text}\r` : text);
}
