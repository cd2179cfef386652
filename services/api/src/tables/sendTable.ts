import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Response } from "express";
import { toQueryError } from "../clickhouse/failures.ts";
import { networkCode } from "../clickhouse/pool.ts";
import type { AnswerStream } from "../clickhouse/query.ts";
import { ApiError } from "../errors.ts";
import { holdBack, type Piece } from "./holdBack.ts";

/** Bytes that wait in this process for a client; what is more stays with ClickHouse. */
const BUFFERED_BYTES = 256 * 1024;

export interface SendArgs {
  readonly response: Response;
  readonly answer: AnswerStream;
  /** What becomes of the server's bytes. */
  body(pieces: AsyncIterable<Piece>): AsyncIterable<Buffer | string>;
  /** Sets the headers; called when the first bytes are certain. */
  begin(): void;
}

/**
 * Streams an answer to the client at the client's pace. An error before the first byte is thrown as any other; after
 * it, the connection is destroyed, so that no client takes a part for the whole.
 * @throws ApiError what ended the answer
 */
export async function sendTable({ response, answer, body, begin }: SendArgs): Promise<void> {
  const { source, exceptionTag, stallMs } = answer;
  // The pipeline's own listeners come on top of those of log, metrics, drain and cancelling.
  response.setMaxListeners(20);
  let stalled: ApiError | undefined;
  const timer = setTimeout(() => {
    stalled = new ApiError("query_timeout", `No byte moved in ${stallMs} ms; ask for a shorter range.`);
    source.destroy(stalled);
    if (response.headersSent) response.destroy();
  }, stallMs);
  const moving = async function* (chunks: AsyncIterable<Buffer | string>) {
    for await (const chunk of chunks) {
      if (chunk.length === 0) continue;
      yield chunk;
      timer.refresh();
    }
  };
  try {
    const unread = source.iterator({ destroyOnReturn: false });
    const chunks = moving(body(holdBack(unread, exceptionTag)))[Symbol.asyncIterator]();
    const first = await chunks.next();
    begin();
    const all = async function* () {
      if (first.done !== true) yield first.value;
      yield* chunks;
    };
    await pipeline(Readable.from(all(), { objectMode: false, highWaterMark: BUFFERED_BYTES }), response);
  } catch (thrown) {
    throw stalled ?? toSendError(thrown);
  } finally {
    clearTimeout(timer);
    // Whose client has left is read to its end; what has none in a while is cut off by the client's signal.
    if (response.destroyed && stalled === undefined) source.on("error", () => undefined).resume();
    else source.destroy();
  }
}

/** A stream that ends early without an error of its own was closed by the client's leaving. */
function toSendError(thrown: unknown): ApiError {
  if (thrown instanceof Error && "code" in thrown && thrown.code === "ERR_STREAM_PREMATURE_CLOSE")
    return new ApiError("client_gone", "The client closed the connection.", { cause: thrown });
  if (networkCode(thrown) !== undefined)
    return new ApiError("clickhouse_unreachable", "ClickHouse broke off its answer; try again.", {
      cause: thrown,
    });
  return toQueryError(thrown);
}
