import type { Xml } from "../xml.ts";

/** The server's own, for consumers and whoever writes. */
export const SERVER_PROFILE = {
  // An insert into ticks_all returns when the symbol's shard has the rows, not when they are queued here.
  distributed_foreground_insert: 1,
  // A message whose ticks belong to more months than this would be refused, and consumed again for ever.
  max_partitions_per_insert_block: 0,
  date_time_input_format: "best_effort",
  do_not_merge_across_partitions_select_final: 1,
};

/** The API's: reads only, within bounds. */
export const API_PROFILE: Xml = {
  // Nobody changes a setting, so what the API needs stands here.
  readonly: 1,
  // The embedded engine has them on.
  allow_introspection_functions: 0,
  // The API gives up on an answer that does not begin or move, and then closes the connection, which ends the query
  // (next setting); a long table at a slow client's pace takes longer than any answer that is waited for. Where a limit
  // stops a query, the API says which (422 limit_exceeded).
  max_execution_time: 600,
  // A query whose client has gone away is ended.
  cancel_http_readonly_queries_on_client_close: 1,
  max_memory_usage: 2_000_000_000,
  // Years of ticks of one symbol; a question over all of them is a mistake.
  max_rows_to_read: 5_000_000_000,
  // The API's longest page, and what comes late into it.
  max_result_rows: 101_000_000,
  max_result_bytes: 50_000_000_000,
  do_not_merge_across_partitions_select_final: 1,
  date_time_input_format: "best_effort",
  // One SQL text serves all formats: 64-bit numbers are strings in JSON, times ISO 8601, NULL nothing in CSV.
  output_format_json_quote_64bit_integers: 1,
  date_time_output_format: "iso",
  format_csv_null_representation: "",
  output_format_arrow_string_as_string: 1,
  output_format_arrow_low_cardinality_as_dictionary: 0,
  output_format_arrow_compression_method: "zstd",
  output_format_parquet_string_as_string: 1,
  output_format_parquet_compression_method: "zstd",
  // Half of the time that a file takes, for filters that nobody asks it.
  output_format_parquet_write_bloom_filter: 0,
  // CSV goes through the API as ClickHouse compressed it.
  enable_http_compression: 1,
  // A failure in the middle breaks the connection: nothing may make a part look like a whole.
  http_write_exception_in_output_format: 0,
  // A page ends its reading; what was read ahead of it would be for nothing.
  read_in_order_use_buffering: 0,
};

/** Of who writes a little: short statements. */
export const SMALL_WRITES_PROFILE = {
  ...SERVER_PROFILE,
  max_execution_time: 35,
  max_memory_usage: 1_000_000_000,
};

/** Of tools: as long as it takes to read all ledgers or to write missing messages back, within bounds of memory. */
export const TOOLS_PROFILE = {
  ...SERVER_PROFILE,
  max_execution_time: 3_600,
  max_memory_usage: 4_000_000_000,
};
