import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { table } from "table";
import { arrow } from "../bench/arrow.ts";
import { audit } from "../bench/audit.ts";
import { bars } from "../bench/bars.ts";
import type { Figure, Size } from "../bench/benchmark.ts";
import { brokenMessages } from "../bench/brokenMessages.ts";
import { fastQuery } from "../bench/fastBars.ts";
import { latency } from "../bench/latency/index.ts";
import { memory } from "../bench/memory.ts";
import { packing } from "../bench/packing/index.ts";
import { provenance } from "../bench/provenance.ts";
import { rateLimit } from "../bench/rateLimit/index.ts";
import { stopOnSignal } from "../bench/stopping.ts";
import { stream } from "../bench/stream/index.ts";
import { streamPoll } from "../bench/stream/poll.ts";
import { up } from "../bench/up.ts";
import { ensureKafkaJars } from "./kafkaJars.ts";
import { ROOT } from "./paths.ts";
import { requirePrograms } from "./prerequisites.ts";
import { runTool, say } from "./report.ts";

const BENCHMARKS = [
  provenance,
  bars,
  audit,
  brokenMessages,
  arrow,
  stream,
  streamPoll,
  rateLimit,
  fastQuery,
  packing,
  latency,
  up,
  memory,
];
const RESULTS = join(ROOT, "bench", "results.json");

const machine = () => ({
  cpu: cpus()[0]?.model.trim(),
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
});

await runTool(async () => {
  const names = BENCHMARKS.map(({ name }) => name).join(", ");
  const command = new Command("npm run bench --")
    .description(
      "measures with real servers of its own; ratios are of two sides in turns, in one run on one machine",
    )
    .argument("[names...]", `what to measure: ${names}; all of them where none is named`)
    .option("--short", "few rows and rounds: whether it works, not how fast it is")
    .option("--results <file>", "where the figures go as JSON", RESULTS)
    .parse();
  const unknown = command.args.filter((name) => !BENCHMARKS.some((each) => each.name === name));
  if (unknown.length > 0) throw new Error(`there is no benchmark ${unknown.join(", ")}; accepted: ${names}`);
  const wanted = BENCHMARKS.filter(({ name }) => command.args.length === 0 || command.args.includes(name));
  const { results: file, short } = command.opts<{ results: string; short?: true }>();
  const size: Size = short ? "short" : "full";
  stopOnSignal();
  await requirePrograms(["java"]);
  await ensureKafkaJars();

  const results: Record<string, readonly Figure[]> = {};
  for (const { name, description, run } of wanted) {
    say(`${name}: ${description}`);
    results[name] = await run((line) => say(`  ${line}`), size);
  }
  const rows = Object.entries(results).flatMap(([name, figures]) =>
    figures.map((figure) => [name, figure.name, figure.value.toPrecision(4), figure.unit]),
  );
  process.stdout.write(table([["benchmark", "figure", "median", "unit"], ...rows]));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `${JSON.stringify({ machine: machine(), at: new Date().toISOString(), results }, null, 2)}\n`,
  );
  say(`written to ${file}`);
});
