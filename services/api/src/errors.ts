/** Everything that can go wrong in a request, and what the client is told about it. */
export const ERRORS = {
  wrong_request: { status: 400, title: "Wrong request", canRetry: false },
  unauthorized: { status: 401, title: "API key needed", canRetry: false },
  forbidden: { status: 403, title: "Forbidden", canRetry: false },
  not_found: { status: 404, title: "Not found", canRetry: false },
  method_not_allowed: { status: 405, title: "Method not allowed", canRetry: false },
  /** A limit of ClickHouse's profile stopped the query. */
  limit_exceeded: { status: 422, title: "Limit exceeded", canRetry: false },
  rate_limited: { status: 429, title: "Too many requests", canRetry: true },
  not_replayable: { status: 409, title: "Not replayable", canRetry: false },
  body_too_large: { status: 413, title: "Body too large", canRetry: false },
  unsupported_media_type: { status: 415, title: "Unsupported media type", canRetry: false },
  not_acceptable: { status: 406, title: "Not acceptable", canRetry: false },
  /** Nobody is left to read the answer; the status appears in logs and metrics only. */
  client_gone: { status: 499, title: "Client went away", canRetry: false },
  internal: { status: 500, title: "Internal error", canRetry: false },
  query_failed: { status: 500, title: "Query failed", canRetry: false },
  audit_not_configured: { status: 503, title: "Audit not configured", canRetry: false },
  /** Kafka has the messages; what failed is the note of it. */
  replay_not_noted: { status: 503, title: "Replay not noted", canRetry: false },
  kafka_unreachable: { status: 503, title: "Kafka unreachable", canRetry: true },
  clickhouse_unreachable: { status: 503, title: "ClickHouse unreachable", canRetry: true },
  clickhouse_busy: { status: 503, title: "ClickHouse busy", canRetry: true },
  schema_missing: { status: 503, title: "Schema missing", canRetry: true },
  draining: { status: 503, title: "Shutting down", canRetry: true },
  streams_full: { status: 503, title: "Too many streams", canRetry: true },
  query_timeout: { status: 504, title: "Query timed out", canRetry: true },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** One wrong part of a request. */
export interface ParameterError {
  readonly parameter: string;
  /** What was sent; absent when the parameter is missing. */
  readonly value?: unknown;
  readonly accepted: string;
}

export interface ApiErrorOptions {
  readonly cause?: unknown;
  readonly errors?: readonly ParameterError[];
  /** Headers the answer needs, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error with a closed code. `detail` is shown to the client; the cause goes to the log only. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly errors: readonly ParameterError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    options: ApiErrorOptions = {},
  ) {
    super(`${code}: ${detail}`, options.cause === undefined ? {} : { cause: options.cause });
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get canRetry(): boolean {
    return ERRORS[this.code].canRetry;
  }
}
