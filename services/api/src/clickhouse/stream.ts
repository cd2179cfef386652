import { once } from "node:events";
import type { Readable } from "node:stream";
import { type ClickHouseClient, ClickHouseError } from "@clickhouse/client";
import { traceQuery } from "../tracing.ts";
import type { AnswerStream, Query, QueryParams, StreamOptions } from "./query.ts";
import { createQueryId } from "./queryId.ts";

/** Runs a query on one node; resolves when the first bytes of its answer are there. */
export async function openStream<Params extends QueryParams, Row>(
  client: ClickHouseClient,
  query: Query<Params, Row>,
  params: Params,
  { format, acceptEncoding, requestId, signal: clientSignal }: StreamOptions,
  signal: AbortSignal,
): Promise<Omit<AnswerStream, "stallMs">> {
  signal.throwIfAborted();
  const queryId = createQueryId(requestId);
  const answer = await traceQuery(query.name, queryId, (headers) =>
    client.exec({
      query: `${query.sql}\nFORMAT ${format}`,
      query_params: { ...params },
      abort_signal: signal,
      query_id: queryId,
      http_headers: {
        ...headers,
        ...(acceptEncoding !== undefined && { "Accept-Encoding": acceptEncoding }),
      },
      decompress_response_stream: false,
      // A compressed error is not to be decompressed by the client, which may lack the method: its code is in a header.
      ignore_error_response: true,
    }),
  );
  const { stream: source, response_headers: headers, http_status_code: status } = answer;
  // The client stops listening to the signal once headers have arrived; and a stream lives on after the deadline.
  const leave = () => source.destroy();
  clientSignal.addEventListener("abort", leave, { once: true });
  signal.addEventListener("abort", leave, { once: true });
  source.once("close", () => clientSignal.removeEventListener("abort", leave));
  const contentEncoding = single(headers["content-encoding"]);
  try {
    if (status !== undefined && status >= 400) {
      throw await errorOf(source, single(headers["x-clickhouse-exception-code"]), contentEncoding);
    }
    if (source.readableLength === 0 && !source.readableEnded) await once(source, "readable", { signal });
  } catch (error) {
    source.destroy();
    throw error;
  } finally {
    signal.removeEventListener("abort", leave);
  }
  return { source, contentEncoding, exceptionTag: single(headers["x-clickhouse-exception-tag"]) };
}

const single = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

/** The server's error as the client would throw it; a compressed text stays unread. */
async function errorOf(
  source: Readable,
  code: string | undefined,
  contentEncoding: string | undefined,
): Promise<ClickHouseError> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk as Buffer);
  const text = contentEncoding === undefined ? Buffer.concat(chunks).toString("utf8") : "(compressed)";
  const known = code ?? /Code: (\d+)/.exec(text)?.[1] ?? "0";
  return new ClickHouseError({ message: text, code: known });
}
