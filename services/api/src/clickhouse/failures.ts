import { ClickHouseError } from "@clickhouse/client";
import { ApiError, type ErrorCode } from "../errors.ts";
import { UnreachableError } from "./pool.ts";

/**
 * Server error codes that are not plain failures of one query.
 * Numbers: ClickHouse `src/Common/ErrorCodes.cpp`.
 */
const KNOWN: Readonly<Record<string, { readonly code: ErrorCode; readonly detail: string }>> = {
  "159": {
    code: "query_timeout",
    detail: "ClickHouse stopped the query at its time limit; ask for a shorter range.",
  },
  "209": { code: "clickhouse_unreachable", detail: "A shard did not answer in time; try again." },
  "210": { code: "clickhouse_unreachable", detail: "A shard can't be reached; try again." },
  "279": { code: "clickhouse_unreachable", detail: "A shard can't be reached; try again." },
  "201": { code: "clickhouse_busy", detail: "The quota of queries is used up; try again later." },
  "202": { code: "clickhouse_busy", detail: "ClickHouse runs as many queries as it may; try again." },
  "241": {
    code: "clickhouse_busy",
    detail: "ClickHouse has no memory left for this query; try again, or ask for a shorter range.",
  },
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
  const known = thrown instanceof ClickHouseError ? KNOWN[thrown.code] : undefined;
  if (known !== undefined) return new ApiError(known.code, known.detail, { cause: thrown });
  return new ApiError(
    "query_failed",
    "ClickHouse could not answer; the log line with this request id has its reason.",
    { cause: thrown },
  );
}
