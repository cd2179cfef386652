import type { Random } from "../random.ts";
import { type FeedLine, type FeedTick, fieldsOf } from "./line.ts";

type Break = (tick: FeedTick, random: Random) => string | Buffer;

/** The tick with some fields others; undefined takes one away. */
const changed = (tick: FeedTick, fields: Record<string, unknown>): string =>
  JSON.stringify({ ...fieldsOf(tick), ...fields });

/** The tick with the text of one field replaced by what no JSON.stringify would write. */
const raw = (tick: FeedTick, field: string, text: string): string =>
  changed(tick, { [field]: "\u0000" }).replace('"\\u0000"', text);

/** Every way in which a line can be wrong, by what it is called in reports. */
export const BREAKS: Readonly<Record<string, Break>> = {
  "no JSON": (_, random) => `heartbeat ${random.int(1, 1e9)} ok`,
  truncated: (tick, random) => {
    const text = changed(tick, {});
    return text.slice(0, random.int(1, text.length - 1));
  },
  "bytes that are no text": (_, random) =>
    Buffer.from(Array.from({ length: 12 }, () => random.int(128, 255))),
  "unknown event_type": (tick) => changed(tick, { event_type: "fill" }),
  "unknown side": (tick) => changed(tick, { side: "hold" }),
  "quote without a side": (tick) => changed(tick, { event_type: "quote", side: undefined }),
  "negative price": (tick) => changed(tick, { price: -tick.price - 1 }),
  "negative size": (tick) => changed(tick, { size: -1 }),
  "price NaN": (tick) => raw(tick, "price", "NaN"),
  "price 1e400": (tick) => raw(tick, "price", "1e400"),
  "price true": (tick) => changed(tick, { price: true }),
  "size too large": (tick) => changed(tick, { size: 1e30 }),
  "no symbol": (tick) => changed(tick, { symbol: undefined }),
  "no seq_id": (tick) => changed(tick, { seq_id: undefined }),
  "no price": (tick) => changed(tick, { price: undefined }),
  "empty exchange": (tick) => changed(tick, { exchange: "" }),
  "negative seq_id": (tick) => changed(tick, { seq_id: -1 }),
  "no version": (tick) => changed(tick, { source_version: "first" }),
  "in 1969": (tick) => changed(tick, { event_time: "1969-12-31T23:59:59.999999Z" }),
  "in the far future": (tick) => changed(tick, { event_time: "2199-01-01T00:00:00.000000Z" }),
  "no time": (tick) => changed(tick, { event_time: "yesterday" }),
  array: (tick) => `[${changed(tick, {})}]`,
  "empty object": () => "{}",
  number: () => "42",
  blank: () => " \t",
};

export const BREAK_NAMES = Object.keys(BREAKS);

/** Makes lines that are no ticks of ones that would be: in each of the ways, before any comes again. */
export function createBreaker(random: Random): (tick: FeedTick) => FeedLine {
  let deck: string[] = [];
  return (tick) => {
    if (deck.length === 0) deck = [...BREAK_NAMES];
    const [name = ""] = deck.splice(random.int(0, deck.length - 1), 1);
    const made = BREAKS[name]?.(tick, random) ?? "";
    const bytes = Buffer.isBuffer(made) ? made : Buffer.from(made);
    return { symbol: tick.symbol, bytes, kinds: [`broken: ${name}`] };
  };
}
