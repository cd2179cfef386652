import type { Readable } from "node:stream";

export type QueryParams = Readonly<Record<string, string | number | readonly unknown[]>>;

/** SQL with bound parameters, beside the types of what goes in and comes out. */
export interface Query<Params extends QueryParams, Row> {
  /** Label in metrics: lower case, from a closed list. */
  readonly name: string;
  readonly sql: string;
  /** Never set: carries the types. */
  readonly types?: (params: Params) => Row;
}

/** What ClickHouse says a query cost, over all shards. */
export interface QueryStats {
  /** Time inside the server. */
  readonly elapsedMs: number;
  readonly rowsRead: number;
  /** Uncompressed. */
  readonly bytesRead: number;
}

export interface QueryAnswer<Row> {
  readonly rows: readonly Row[];
  readonly stats: QueryStats;
}

export interface QueryOptions {
  /** Aborted when the client goes away; the query is then cancelled. */
  readonly signal: AbortSignal;
  readonly requestId: string;
}

export interface StreamOptions extends QueryOptions {
  /** ClickHouse's name of an output format. */
  readonly format: string;
  /** What ClickHouse is asked to compress the answer with; needs enable_http_compression in the user's profile. */
  readonly acceptEncoding?: string | undefined;
}

/** An answer whose first bytes have come. Whoever gets one reads it to its end or destroys `source`. */
export interface AnswerStream {
  /** The server's own bytes. Errors when the query fails after its beginning; destroyed when the client goes away. */
  readonly source: Readable;
  /** How the bytes are compressed. */
  readonly contentEncoding: string | undefined;
  /** Marks an exception inside of the answer. */
  readonly exceptionTag: string | undefined;
  /** Without a byte moving for this long, the answer is to be broken off. */
  readonly stallMs: number;
}

/** Read-only access to the warehouse. */
export interface Warehouse {
  /** @throws ApiError: clickhouse_unreachable, clickhouse_busy, schema_missing, query_timeout, query_failed, client_gone */
  query<Params extends QueryParams, Row>(
    query: Query<Params, Row>,
    params: Params,
    options: QueryOptions,
  ): Promise<QueryAnswer<Row>>;
  /**
   * Runs a query and hands on its answer as ClickHouse writes it. Another node is asked when one fails before its
   * first byte, and the deadline is that of the first byte.
   * @throws ApiError as `query` does
   */
  stream<Params extends QueryParams, Row>(
    query: Query<Params, Row>,
    params: Params,
    options: StreamOptions,
  ): Promise<AnswerStream>;
  close(): Promise<void>;
}

/** Told about each query when it ends: its label, `ok` or an error code, and seconds as the API saw them. */
export type QueryObserver = (name: string, outcome: string, seconds: number) => void;
