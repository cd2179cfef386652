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

/** Read-only access to the warehouse. */
export interface Warehouse {
  /** @throws ApiError: clickhouse_unreachable, clickhouse_busy, schema_missing, query_timeout, query_failed, client_gone */
  query<Params extends QueryParams, Row>(
    query: Query<Params, Row>,
    params: Params,
    options: QueryOptions,
  ): Promise<QueryAnswer<Row>>;
  close(): Promise<void>;
}

/** Told about each query when it ends: its label, `ok` or an error code, and seconds as the API saw them. */
export type QueryObserver = (name: string, outcome: string, seconds: number) => void;
