/** A message as it goes into `ticks_messages`. */
export interface MessageRow {
  /** Byte by byte as Kafka has it; it need not be text. */
  readonly message: Buffer;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly replayOf: string;
}

/** Columns in the order that `encodeRow` writes them. */
export const MESSAGE_COLUMNS = "message, kafka_topic, kafka_partition, kafka_offset, replay_of";

/** One row in ClickHouse's RowBinary: no quoting, so any bytes come through as they are. Pure. */
export function encodeRow({ message, topic, partition, offset, replayOf }: MessageRow): Buffer {
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32LE(partition, 0);
  numbers.writeBigUInt64LE(offset, 4);
  return Buffer.concat([text(message), text(Buffer.from(topic)), numbers, text(Buffer.from(replayOf))]);
}

/** A string: its length as a varint (LEB128), then its bytes. */
const text = (bytes: Buffer): Buffer => Buffer.concat([varint(bytes.length), bytes]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
