import { AsyncMessageReader } from "apache-arrow";

/** Its trades come each 10 ms. */
export const SYMBOL = "BENCH";
const STEP_MS = 10;
const START_MS = Date.UTC(2025, 10, 3);

/** All columns as a feed fills them: prices and sizes with the digits of a market, numbers that rise. */
export const insertOf = (ticks: number): string => `
INSERT INTO ticks_dedup_all (exchange, symbol, event_time, seq_id, event_type, price, size, side, source_version, ingest_time,
  kafka_topic, kafka_partition, kafka_offset, kafka_line)
SELECT 'XNAS', '${SYMBOL}', toDateTime64('2025-11-03 00:00:00', 6, 'UTC') + toIntervalMillisecond(number * ${STEP_MS}),
  4000000000 + number, 'trade', round(100 + cityHash64(number, 1) % 10000 / 100, 2), (1 + cityHash64(number, 2) % 100000) / 1000,
  if(number % 2, 'buy', 'sell'), 1, toDateTime64('2025-11-03 00:00:00', 6, 'UTC') + toIntervalMicrosecond(number * ${STEP_MS} * 1000 + cityHash64(number, 3) % 900000),
  'ticks', 1, intDiv(number, 100), number % 100
FROM numbers(${ticks}) SETTINGS max_insert_block_size = 1000000`;

/** A span of the feed that holds this many ticks, as parameters of `/ticks`. */
export function windowOf(index: number, ticks: number): string {
  const at = (tick: number) => new Date(START_MS + tick * STEP_MS).toISOString();
  const [from, to] = [at(index * ticks), at((index + 1) * ticks)];
  return `symbol=${SYMBOL}&type=trade&order=asc&limit=${ticks}&from=${from}&to=${to}`;
}

/** Rows and bytes of an Arrow stream, from the headers of its messages: nothing is decompressed or kept. */
export async function countArrow(url: string): Promise<{ rows: number; bytes: number }> {
  const { status, body } = await fetch(url);
  if (status !== 200 || body === null) throw new Error(`${url} answered ${status}`);
  let bytes = 0;
  const chunks = async function* () {
    for await (const chunk of body) {
      bytes += chunk.length;
      yield chunk as Uint8Array;
    }
  };
  const reader = new AsyncMessageReader(chunks());
  let rows = 0;
  for await (const message of reader) {
    if (!message.isRecordBatch()) continue;
    rows += message.header().length;
    await reader.readMessageBody(message.bodyLength);
  }
  return { rows, bytes };
}

/** Length of an answer that is read to its end and thrown away. */
export async function drain(url: string): Promise<number> {
  const { status, body } = await fetch(url);
  if (status !== 200 || body === null) throw new Error(`${url} answered ${status}`);
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.length;
  return bytes;
}
