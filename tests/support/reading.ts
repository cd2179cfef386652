import { type Connection, withNode } from "../../infra/clickhouse/connection.ts";

/** A tick as it is stored; the 64-bit number as text. */
export interface StoredTick {
  readonly exchange: string;
  readonly symbol: string;
  /** `2025-11-14 19:25:17.123456` */
  readonly event_time: string;
  readonly seq_id: string;
  readonly event_type: string;
  readonly price: number;
  readonly size: number;
  readonly side: string;
  readonly source_version: number;
}

/** What became of one line. */
export interface ReadLine {
  readonly line: number;
  readonly lines: number;
  readonly tick?: StoredTick;
  readonly error?: string;
  /** Of a dead letter: the text, byte by byte. */
  readonly raw?: Buffer;
}

const TOPIC = "ticks";
let nextOffset = 0;

/**
 * Hands messages to the node as its consumers do, all in one insert, and tells what became of each one's lines. Fails
 * when the insert fails.
 */
export async function readMessages(
  node: Connection,
  messages: readonly (string | Buffer)[],
): Promise<ReadLine[][]> {
  const first = nextOffset;
  nextOffset += messages.length;
  const rows = messages.map((message, index) =>
    JSON.stringify({ text: Buffer.from(message as string).toString("base64"), place: first + index }),
  );
  return withNode(node, async ({ run, rows: ask }) => {
    await run(
      `INSERT INTO ticks_messages SELECT base64Decode(text) AS message, '${TOPIC}', 0, place, ''
       FROM input('text String, place UInt64') FORMAT JSONEachRow\n${rows.join("\n")}`,
    );
    const range = { first, last: nextOffset - 1 };
    const place =
      "toUInt32(kafka_offset - {first:UInt64}) AS message, kafka_line AS line, kafka_lines AS lines";
    const where = "kafka_offset BETWEEN {first:UInt64} AND {last:UInt64}";
    const ticks = await ask<StoredTick & Place>(
      `SELECT ${place}, exchange, symbol, toString(event_time) AS event_time, toString(seq_id) AS seq_id,
              event_type, price, size, side, source_version FROM ticks_all WHERE ${where}`,
      range,
    );
    const letters = await ask<{ error: string; raw: string } & Place>(
      `SELECT ${place}, error, base64Encode(raw_message) AS raw FROM dead_letters_all WHERE ${where}`,
      range,
    );
    const read: ReadLine[][] = messages.map(() => []);
    for (const { message, line, lines, ...tick } of ticks) read[message]?.push({ line, lines, tick });
    for (const { message, line, lines, error, raw } of letters)
      read[message]?.push({ line, lines, error, raw: Buffer.from(raw, "base64") });
    return read.map((lines) => lines.toSorted((a, b) => a.line - b.line));
  });
}

interface Place {
  readonly message: number;
  readonly line: number;
  readonly lines: number;
}
