import { join, resolve } from "node:path";
import { Command } from "commander";
import { arrow } from "../bench/arrow.ts";
import { audit } from "../bench/audit.ts";
import { bars } from "../bench/bars.ts";
import { baseline } from "../bench/baseline.ts";
import type { Benchmark, Size } from "../bench/benchmark.ts";
import { brokenMessages } from "../bench/brokenMessages.ts";
import { dedup } from "../bench/dedup.ts";
import { fastQuery } from "../bench/fastBars.ts";
import { growth } from "../bench/growth.ts";
import { packing } from "../bench/packing/index.ts";
import { provenance } from "../bench/provenance.ts";
import { rateLimit } from "../bench/rateLimit/index.ts";
import {
  type Results,
  readResults,
  resultsTable,
  thisMachine,
  withRun,
  writePictures,
  writeResults,
} from "../bench/report/index.ts";
import { stopOnSignal } from "../bench/stopping.ts";
import { storage } from "../bench/storage.ts";
import { stream } from "../bench/stream/index.ts";
import { streamPoll } from "../bench/stream/poll.ts";
import { ensureKafkaJars } from "./kafkaJars.ts";
import { ROOT } from "./paths.ts";
import { requirePrograms } from "./prerequisites.ts";
import { runTool, say } from "./report.ts";

const BENCHMARKS: readonly Benchmark[] = [
  packing,
  fastQuery,
  storage,
  dedup,
  growth,
  baseline,
  provenance,
  bars,
  audit,
  brokenMessages,
  arrow,
  stream,
  streamPoll,
  rateLimit,
];
const NAMES = BENCHMARKS.map(({ name }) => name);
const RESULTS = join(ROOT, "bench", "results.json");
const SHORT_RESULTS = join(ROOT, ".tickhouse-bench", "results.json");

interface Options {
  readonly short?: true;
  readonly show?: true;
  readonly results?: string;
  readonly pictures?: string;
}

await runTool(async () => {
  const command = new Command("npm run bench --")
    .description(
      "measures with real servers of its own; ratios are of two sides in turns, in one run on one machine",
    )
    .argument("[names...]", `what to measure: ${NAMES.join(", ")}; all of them where none is named`)
    .option("--short", "few rows and rounds: whether it works, not how fast it is")
    .option("--show", "measures nothing: prints and draws the results that are there")
    .option(
      "--results <file>",
      "where the figures go as JSON, each benchmark in the place of its last run (default: bench/results.json, .tickhouse-bench/results.json with --short)",
    )
    .option("--pictures <folder>", "where the SVG pictures go (default: docs, .tickhouse-bench with --short)")
    .parse();
  const unknown = command.args.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0)
    throw new Error(`there is no benchmark ${unknown.join(", ")}; accepted: ${NAMES.join(", ")}`);
  const { short, show, results, pictures } = command.opts<Options>();
  const file = resolve(results ?? (short ? SHORT_RESULTS : RESULTS));
  if (short && file === RESULTS)
    throw new Error(`--results is ${file}, which holds full runs; accepted with --short: any other file`);
  const folder = pictures ?? join(ROOT, short ? ".tickhouse-bench" : "docs");
  const wanted = BENCHMARKS.filter(({ name }) => command.args.length === 0 || command.args.includes(name));

  const before = readResults(file);
  const names = wanted.map(({ name }) => name);
  const { results: all, failed } = show
    ? { results: before, failed: [] }
    : await measure(wanted, short ? "short" : "full", file, before);
  const asked = Object.entries(all).filter(([name]) => names.includes(name) && !failed.includes(name));
  process.stdout.write(resultsTable(Object.fromEntries(asked)));
  for (const path of writePictures(folder, all)) say(`drawn in ${path}`);
  if (failed.length > 0) throw new Error(`failed, with the reason above: ${failed.join(", ")}`);
});

/** Measures one benchmark after the other, and writes each one's figures as soon as it has them. */
async function measure(
  wanted: readonly Benchmark[],
  size: Size,
  file: string,
  before: Results,
): Promise<{ readonly results: Results; readonly failed: readonly string[] }> {
  stopOnSignal();
  await requirePrograms(["java"]);
  await ensureKafkaJars();
  const failed: string[] = [];
  let results = before;
  for (const { name, description, run } of wanted) {
    say(`${name}: ${description}`);
    try {
      const figures = await run((line) => say(`  ${line}`), size);
      const ended = { at: new Date().toISOString(), size, machine: thisMachine(), figures };
      results = withRun(results, name, ended, NAMES);
      writeResults(file, results);
    } catch (error) {
      say(`  ${name} FAILED: ${(error as Error).message}`);
      failed.push(name);
    }
  }
  say(`written to ${file}`);
  return { results, failed };
}
