import { type KafkaLogin, kafkaLogin, type Logger } from "@tickhouse/common";
import type { Job } from "./cli.ts";
import type { Counters } from "./counters.ts";
import { ProducerError } from "./errors.ts";
import type { CommonSettings } from "./settings.ts";
import { withHeartbeat } from "./sinks/heartbeat.ts";
import { createKafkaSink } from "./sinks/kafka.ts";
import type { Sink } from "./sinks/sink.ts";
import { createStdoutSink } from "./sinks/stdout.ts";
import { formatOf } from "./sources/fileRows.ts";
import { limitSource } from "./sources/limit.ts";
import { createLiveSource } from "./sources/live.ts";
import { openExchange } from "./sources/liveExchange.ts";
import { createReplaySource } from "./sources/replay.ts";
import { createSimulateSource } from "./sources/simulateSource.ts";
import type { Source } from "./sources/source.ts";
import { wallMicros } from "./time.ts";

/** Ticks in a simulated second where nothing says otherwise. */
const DEFAULT_CLOCK_RATE = 200;
/** Reasons for leaving out rows that are logged one by one; the rest is only counted. */
const SKIPS_LOGGED = 20;

/** The source that a job asks for. */
export function createSource(job: Job, counters: Counters, log: Logger): Source {
  const onDue = (dueMs: number | undefined): void => {
    counters.dueMs = dueMs;
  };
  const onSkipped = (problem: string): void => {
    counters.skipped += 1;
    if (counters.skipped <= SKIPS_LOGGED) log.warn(`left out: ${problem}`);
  };
  const count = job.settings.count ?? Number.POSITIVE_INFINITY;
  switch (job.source) {
    case "simulate": {
      const { settings } = job;
      return createSimulateSource({
        ...settings,
        count,
        startMicros: settings.start === "now" ? wallMicros() : settings.start,
        clockRate: settings.clockRate ?? (settings.rate === 0 ? DEFAULT_CLOCK_RATE : settings.rate),
        lateBySeconds: settings.lateBy,
        priceGrid: settings.tickSize,
        sizeGrid: settings.sizeStep,
        maxSizeSteps: settings.maxSize,
        onDue,
      });
    }
    case "replay": {
      const { settings } = job;
      const format = settings.format ?? (settings.file === "-" ? "jsonl" : formatOf(settings.file));
      if (format === undefined) {
        throw new ProducerError(
          "BAD_OPTION",
          `<file> = "${settings.file}": accepted: a name ending in .jsonl, .ndjson, .json or .csv, each also with .gz; ` +
            "for another name say --format jsonl or --format csv",
        );
      }
      return limitSource(createReplaySource({ ...settings, format, onDue, onSkipped }), count);
    }
    case "live": {
      const { settings } = job;
      const options = {
        ...settings,
        connectTimeoutMs: settings.connectTimeout,
        open: () => openExchange(settings.exchange, settings.exchangeConfig),
        onSkipped,
      };
      return limitSource(createLiveSource(options, log), count);
    }
  }
}

/** @throws ProducerError where only one of name and password is given */
function loginOf({ username, passwordFile: password, caFile }: CommonSettings): KafkaLogin | undefined {
  if ((username === undefined) === (password === undefined)) return kafkaLogin(username, password, caFile);
  const [given, missing] =
    password === undefined ? ["--username", "--password-file"] : ["--password-file", "--username"];
  throw new ProducerError(
    "BAD_OPTION",
    `${missing} = "": accepted: a value, since ${given} is given; or neither`,
  );
}

/** Kafka, or standard output. */
export function createSink(settings: CommonSettings, log: Logger): Sink {
  if (settings.stdout) return createStdoutSink(process.stdout);
  const { connectTimeout, deliveryTimeout, heartbeatFile } = settings;
  const kafka = createKafkaSink(
    {
      ...settings,
      login: loginOf(settings),
      connectTimeoutMs: connectTimeout,
      deliveryTimeoutMs: deliveryTimeout,
    },
    log,
  );
  return heartbeatFile === undefined ? kafka : withHeartbeat(kafka, heartbeatFile);
}
