import {
  createLogger,
  type Logger,
  type MetricsListener,
  MetricsPortError,
  serveMetrics,
  startTracing,
} from "@tickhouse/common";
import type { Job } from "./cli.ts";
import { Counters } from "./counters.ts";
import { messageOf, ProducerError } from "./errors.ts";
import { createMetrics, withMetrics } from "./metrics.ts";
import {
  createLogReporter,
  createPlainReporter,
  createTerminalReporter,
  quietReporter,
  type Reporter,
} from "./progress.ts";
import { Sender } from "./sender.ts";
import type { CommonSettings } from "./settings.ts";
import type { Sink } from "./sinks/sink.ts";
import { withTracing } from "./sinks/tracing.ts";
import type { Source } from "./sources/source.ts";
import { createSink, createSource } from "./wiring.ts";

/**
 * Runs a job to its end: the source is exhausted, `stop` aborts, or something fails.
 * Whatever the source yielded before is sent and acknowledged first, as far as Kafka takes it.
 * @throws ProducerError, after the summary
 */
export async function run(job: Job, stop: AbortSignal): Promise<void> {
  const { settings } = job;
  const log = createJobLogger(settings);
  const counters = new Counters();
  const source = createSource(job, counters, log);
  const metrics = createMetrics(counters);
  const tracing = await startTracing({ service: "tickhouse-producer", endpoint: settings.otlpEndpoint });
  const sink = withMetrics(withTracing(createSink(settings, log), settings.topic), metrics);
  const reporter = createReporter(settings, log, source, sink, counters);

  const ending = new AbortController();
  const end = (): void => ending.abort();
  stop.addEventListener("abort", end, { once: true });
  if (stop.aborted) end();
  let timer: NodeJS.Timeout | undefined;
  let listener: MetricsListener | undefined;
  try {
    const { metricsHost: host, metricsPort: port } = settings;
    if (port !== undefined) listener = await serveMetrics(metrics, { host, port }).catch(explainPort);
    const ready = source.prepare().then(() => sink.connect());
    if ((await untilAborted(ready, ending.signal)) === "aborted") return;
    counters.begin();
    reporter.start();
    if (settings.duration !== undefined) timer = setTimeout(end, settings.duration);
    try {
      await transfer(source, sink, settings, counters, ending);
    } finally {
      reporter.finish();
      await sink.close();
    }
  } catch (error) {
    const code = error instanceof ProducerError ? error.code : "UNEXPECTED";
    if (usesLog(settings)) log.error({ code }, messageOf(error));
    throw error;
  } finally {
    clearTimeout(timer);
    await Promise.all([listener?.close(), tracing.close()]);
    stop.removeEventListener("abort", end);
  }
}

function explainPort(error: unknown): never {
  if (!(error instanceof MetricsPortError)) throw error;
  throw new ProducerError("BAD_OPTION", error.message, { cause: error });
}

async function transfer(
  source: Source,
  sink: Sink,
  settings: CommonSettings,
  counters: Counters,
  ending: AbortController,
): Promise<void> {
  const options = {
    // One a message keeps the feed's order over all symbols in what is written.
    maxTicks: settings.stdout ? 1 : settings.pack,
    maxBytes: settings.batchBytes,
    lingerMs: settings.linger,
    batchBytes: settings.batchBytes,
    queueBytes: settings.queueBytes,
  };
  const sender = new Sender(sink, options, counters, () => ending.abort());
  try {
    await sender.consume(source.read(ending.signal));
  } catch (error) {
    if (!(error instanceof ProducerError)) throw error;
    const acked = `${counters.ackedTicks} tick(s) were sent and acknowledged before it.`;
    throw new ProducerError(error.code, `${error.message}\n${acked}`, { cause: error });
  }
}

/** Waits for `work`, or returns early when the signal aborts; what `work` comes to then is ignored. */
async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<"done" | "aborted"> {
  let abort: (() => void) | undefined;
  const aborted = new Promise<"aborted">((resolve) => {
    abort = () => resolve("aborted");
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    work.catch(() => {});
    return await Promise.race([work.then(() => "done" as const), aborted]);
  } finally {
    if (abort !== undefined) signal.removeEventListener("abort", abort);
  }
}

/** A terminal shows a line of its own; then, and with `--stdout`, only warnings and a log file are logged to. */
function usesLog({ logFile, stdout }: CommonSettings): boolean {
  return logFile !== undefined || (!stdout && process.stderr.isTTY !== true);
}

function createJobLogger(settings: CommonSettings): Logger {
  const { logFile: file, stdout, quiet } = settings;
  // Standard output belongs to the ticks.
  if (stdout && file === undefined) return createLogger({ name: "producer", level: "silent" });
  const raised = quiet || !usesLog(settings);
  const level = raised && ["info", "debug", "trace"].includes(settings.logLevel) ? "warn" : settings.logLevel;
  return createLogger({ name: "producer", level, file });
}

function createReporter(
  { stdout, quiet, logFile }: CommonSettings,
  log: Logger,
  source: Source,
  sink: Sink,
  counters: Counters,
): Reporter {
  const about = [source.description, sink.description, counters] as const;
  if (quiet) return quietReporter;
  if (logFile !== undefined) return createLogReporter(log, ...about);
  if (stdout) return createPlainReporter(process.stderr, ...about);
  return process.stderr.isTTY === true
    ? createTerminalReporter(process.stderr, ...about)
    : createLogReporter(log, ...about);
}
