import type { Tick } from "../../services/common/src/index.ts";
import { microsOf } from "../../tests/support/ticks.ts";

/** Ticks of one message, each with its line in it, as ClickHouse's RowBinary of `COLUMNS`. */
export function rowBinary(ticks: readonly Tick[]): Buffer {
  return Buffer.concat(ticks.map((tick, line) => row(tick, line, ticks.length)));
}

/** What a row of `rowBinary` holds. The lines are in it: behind this format the engine tells a row's message, and not its place there. */
export const COLUMNS = `
  exchange String, symbol String, event_time DateTime64(6, 'UTC'), seq_id UInt64,
  event_type Enum8('trade' = 1, 'quote' = 2, 'book' = 3), price Float64, size Float64,
  side Enum8('unknown' = 0, 'buy' = 1, 'sell' = 2), source_version UInt32, kafka_line UInt32, kafka_lines UInt32`;

const EVENT_TYPES = { trade: 1, quote: 2, book: 3 } as const;
const SIDES = { unknown: 0, buy: 1, sell: 2 } as const;

function row(tick: Tick, line: number, lines: number): Buffer {
  const [exchange, symbol] = [text(tick.exchange), text(tick.symbol)];
  const fixed = Buffer.alloc(46);
  fixed.writeBigInt64LE(BigInt(microsOf(tick.event_time)), 0);
  fixed.writeBigUInt64LE(BigInt(tick.seq_id), 8);
  fixed.writeInt8(EVENT_TYPES[tick.event_type], 16);
  fixed.writeDoubleLE(tick.price, 17);
  fixed.writeDoubleLE(tick.size, 25);
  fixed.writeInt8(SIDES[tick.side], 33);
  fixed.writeUInt32LE(tick.source_version, 34);
  fixed.writeUInt32LE(line, 38);
  fixed.writeUInt32LE(lines, 42);
  return Buffer.concat([exchange, symbol, fixed]);
}

/** Its length in one byte, as LEB128 has it below 128. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  if (bytes.length > 127)
    throw new Error(`${value} has ${bytes.length} bytes; accepted: a name of at most 127`);
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}
