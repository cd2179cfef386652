// Runs the embedded ClickHouse engine as a server: `node server.mjs CONFIG_FILE DATA_PATH`.
//
// libchdb's `chdb_query_cmdline` is `clickhouse local`; told to listen and then to sleep, it is a server on
// HTTP and native TCP. The call blocks, so it runs in a thread of its own (ffi-rs; koffi's stack trips the
// engine's stack check) and this thread stays free for signals.
import { createRequire } from "node:module";
import { DataType, load, open } from "ffi-rs";

const [configFile, dataPath] = process.argv.slice(2);
if (configFile === undefined || dataPath === undefined) {
  console.error("usage: server.mjs CONFIG_FILE DATA_PATH");
  process.exit(2);
}

const platform = process.platform === "darwin" ? `darwin-${process.arch}` : `linux-${process.arch}-gnu`;
const library = createRequire(import.meta.url).resolve(`@chdb/lib-${platform}/libchdb.so`);

// `SELECT sleepEachRow…` is what a graceful stop ends with KILL QUERY: the engine then shuts its tables down.
const STATEMENTS = [
  "SYSTEM START LISTEN HTTP",
  "SYSTEM START LISTEN TCP",
  "SELECT sleepEachRow(1) FROM system.numbers SETTINGS max_block_size = 1," +
    " function_sleep_max_microseconds_per_block = 10000000, max_execution_time = 0 FORMAT Null",
].join("; ");

const args = [
  "clickhouse",
  `--config-file=${configFile}`,
  `--path=${dataPath}`,
  // Its log's level is taken from here; the configuration's is not read, and the default is to trace all.
  "--log-level=information",
  "--multiquery",
  "--query",
  STATEMENTS,
];

// The engine's own exit handlers wait for threads that never end, so a plain exit() would hang.
const leave = () => process.kill(process.pid, "SIGKILL");
process.on("SIGTERM", leave);
process.on("SIGINT", leave);

open({ library: "chdb", path: library });
const result = await load({
  library: "chdb",
  funcName: "chdb_query_cmdline",
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [args.length, args],
  runInNewThread: true,
});
const error = load({
  library: "chdb",
  funcName: "chdb_result_error",
  retType: DataType.String,
  paramsType: [DataType.External],
  paramsValue: [result],
});
console.error(`the engine has ended${error ? `: ${error.split(", Stack trace")[0]}` : ""}`);
leave();
