import type { Request } from "express";
import { ApiError } from "../errors.ts";

interface Format {
  /** Without parameters, as a client accepts it. */
  readonly mediaType: string;
  readonly contentType: string;
  /** ClickHouse's name of it. */
  readonly clickhouse: string;
  /** A page's most rows. JSON is for programs that parse it whole; the others stream. */
  readonly maxRows: number;
}

const STREAMED_ROWS = 100_000_000;

/** Forms of a table's answer. The first is the default. Arrow and Parquet compress their columns themselves. */
export const FORMATS = {
  json: {
    mediaType: "application/json",
    contentType: "application/json; charset=utf-8",
    clickhouse: "JSON",
    maxRows: 10_000,
  },
  csv: {
    mediaType: "text/csv",
    contentType: "text/csv; charset=utf-8; header=present",
    clickhouse: "CSVWithNames",
    maxRows: STREAMED_ROWS,
  },
  arrow: {
    mediaType: "application/vnd.apache.arrow.stream",
    contentType: "application/vnd.apache.arrow.stream",
    clickhouse: "ArrowStream",
    maxRows: STREAMED_ROWS,
  },
  parquet: {
    mediaType: "application/vnd.apache.parquet",
    contentType: "application/vnd.apache.parquet",
    clickhouse: "Parquet",
    maxRows: STREAMED_ROWS,
  },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as [FormatName, ...FormatName[]];

export const MAX_ROWS = STREAMED_ROWS;

const MEDIA_TYPES = FORMAT_NAMES.map((name) => FORMATS[name].mediaType);

/**
 * The form that the client asks for: the parameter wins, then the Accept header.
 * @throws ApiError not_acceptable with the list of what there is
 */
export function chooseFormat(request: Request, asked: FormatName | undefined): FormatName {
  if (asked !== undefined) return asked;
  const best = request.accepts(MEDIA_TYPES);
  const name = FORMAT_NAMES.find((each) => FORMATS[each].mediaType === best);
  if (name !== undefined) return name;
  throw new ApiError(
    "not_acceptable",
    `Accept = ${JSON.stringify(request.get("Accept"))}; accepted: ${MEDIA_TYPES.join(", ")}, or the parameter format = ${FORMAT_NAMES.join(", ")}`,
    { headers: { Vary: "Accept" } },
  );
}

/** A page smaller than this is sent as it is. */
const ROWS_WORTH_COMPRESSING = 20;

/**
 * What ClickHouse is asked to compress with: CSV only, since JSON is wrapped on its way, and the others are
 * compressed inside.
 */
export function chooseEncoding(request: Request, format: FormatName, limit: number): string | undefined {
  if (format !== "csv" || limit < ROWS_WORTH_COMPRESSING) return undefined;
  const best = request.acceptsEncodings("zstd", "gzip", "identity");
  return best === "zstd" || best === "gzip" ? best : undefined;
}
