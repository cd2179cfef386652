import { ClickHouseError } from "@clickhouse/client";
import { ApiError, type ApiErrorOptions, type ErrorCode } from "../errors.ts";
import { UnreachableError } from "./pool.ts";

interface Known {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly headers?: ApiErrorOptions["headers"];
}

const limit = (stopped: string): Known => ({
  code: "limit_exceeded",
  detail: `ClickHouse stopped the query: ${stopped}.`,
});

/** What to ask instead where a query reads, keeps or answers too much. */
const INSTEAD = "ask for a shorter range (from, to), fewer rows (limit) or a longer interval";

const OWN_MEMORY = limit(`it needs more memory than one query may have; ${INSTEAD}`);

/**
 * Server error codes that are not plain failures of one query. Which limits there are stands in the profile of the API's
 * user.
 * Numbers: ClickHouse `src/Common/ErrorCodes.cpp`.
 */
const KNOWN: Readonly<Record<string, Known>> = {
  "158": limit(`it would read more rows than one query may; ${INSTEAD}`),
  "159": limit(`it ran for longer than one query may; ${INSTEAD}`),
  "160": limit(`it would run for longer than one query may; ${INSTEAD}`),
  "307": limit(`it would read more bytes than one query may; ${INSTEAD}`),
  "396": limit(`its answer is larger than one may be; ${INSTEAD}, and follow the pages`),
  "201": {
    code: "rate_limited",
    detail: "The quota of the API's user in ClickHouse is used up; try again in a minute.",
    headers: { "Retry-After": "60" },
  },
  "202": { code: "clickhouse_busy", detail: "ClickHouse runs as many queries as it may; try again." },
  "209": { code: "clickhouse_unreachable", detail: "A shard did not answer in time; try again." },
  "210": { code: "clickhouse_unreachable", detail: "A shard can't be reached; try again." },
  "241": {
    code: "clickhouse_busy",
    detail: "ClickHouse has no memory left for this query; try again, or ask for a shorter range.",
  },
  "279": { code: "clickhouse_unreachable", detail: "A shard can't be reached; try again." },
  "60": { code: "schema_missing", detail: "A table of the warehouse is missing; apply the schema." },
  "81": { code: "schema_missing", detail: "The warehouse's database is missing; apply the schema." },
};

/** What a failed query means for the client. Server text stays in the cause: it may repeat SQL. */
export function toQueryError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof UnreachableError) {
    return new ApiError("clickhouse_unreachable", "No ClickHouse node can be reached; try again.", {
      cause: thrown,
    });
  }
  const known = thrown instanceof ClickHouseError ? knownFailure(thrown) : undefined;
  if (known !== undefined) {
    const { code, detail, headers = {} } = known;
    return new ApiError(code, detail, { cause: thrown, headers });
  }
  return new ApiError(
    "query_failed",
    "ClickHouse could not answer; the log line with this request id has its reason.",
    { cause: thrown },
  );
}

/** Code 241 is the query's own limit, the user's, or the server's: only the text tells. */
function knownFailure({ code, message }: ClickHouseError): Known | undefined {
  return code === "241" && /\(for query\)|query memory limit/i.test(message) ? OWN_MEMORY : KNOWN[code];
}
