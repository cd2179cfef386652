import { ClickHouseError } from "@clickhouse/client";

/** ClickHouse cuts an exception's text in an answer to 16 KiB; with its frame it is shorter than this. */
const HELD_BYTES = 20 * 1024;

export interface Piece {
  readonly bytes: Buffer;
  /** Nothing follows, and the answer came whole. */
  readonly last: boolean;
}

/**
 * Passes an answer on with its last bytes held back until it has come whole. When a query fails after its first rows,
 * ClickHouse writes the reason into the answer and breaks the connection: so the reason never reaches a client, and
 * an answer shorter than this is not begun at all before it is known to be whole.
 * @throws ClickHouseError with what the server wrote, else what broke the connection
 */
export async function* holdBack(
  source: AsyncIterable<Buffer>,
  exceptionTag: string | undefined,
): AsyncGenerator<Piece, void, undefined> {
  const held: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of source) {
      held.push(chunk);
      size += chunk.length;
      for (let first = held[0]; first && size - first.length >= HELD_BYTES; first = held[0]) {
        held.shift();
        size -= first.length;
        yield { bytes: first, last: false };
      }
    }
  } catch (error) {
    throw exceptionIn(Buffer.concat(held), exceptionTag) ?? error;
  }
  const tail = Buffer.concat(held);
  const exception = exceptionIn(tail, exceptionTag);
  if (exception !== undefined) throw exception;
  yield { bytes: tail, last: true };
}

/** `__exception__\r\nTAG\r\nCode: 241. DB::Exception: …`; the tag is random, so that no row can hold it. */
function exceptionIn(tail: Buffer, tag: string | undefined): ClickHouseError | undefined {
  if (tag === undefined) return undefined;
  const at = tail.indexOf(`__exception__\r\n${tag}`);
  if (at < 0) return undefined;
  const message = tail.subarray(at).toString("utf8");
  return new ClickHouseError({ message, code: /Code: (\d+)/.exec(message)?.[1] ?? "0" });
}
