/** Reads ClickHouse: a node, or a pool of them. Each knows the dead letters of all. */
export interface Reader {
  rows<Row>(sql: string, params?: Record<string, unknown>): Promise<Row[]>;
}

/** Runs statements that may be repeated: on one node, or on another one when the connection broke. */
export interface Writer {
  run(sql: string, params?: Record<string, unknown>): Promise<void>;
}
