import type { Logger } from "@tickhouse/common";
import type { Counters } from "./counters.ts";

/** Tells how a run is going, and at its end how it went. */
export interface Reporter {
  start(): void;
  /** Ends the progress and shows the summary. */
  finish(): void;
}

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const decimal = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** 1,234 B, 1.2 MB: decimal units. */
export function formatBytes(bytes: number): string {
  if (bytes < 10_000) return `${whole.format(bytes)} B`;
  if (bytes < 1e6) return `${decimal.format(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${decimal.format(bytes / 1e6)} MB` : `${decimal.format(bytes / 1e9)} GB`;
}

/** The one line a terminal shows while it runs. `rate` is of the last moment, in acknowledged ticks a second. */
export function progressLine(counters: Counters, rate: number): string {
  const { sentTicks, ackedTicks, ackedBytes, lagMs, skipped } = counters;
  return [
    `${whole.format(rate)} ticks/s`,
    `sent ${whole.format(sentTicks)}`,
    `acked ${whole.format(ackedTicks)}`,
    formatBytes(ackedBytes),
    `lag ${decimal.format(lagMs / 1000)} s`,
    ...(skipped > 0 ? [`skipped ${whole.format(skipped)}`] : []),
  ].join(" | ");
}

/** What a run did, as a few lines. */
export function summaryLines(source: string, target: string, counters: Counters): string[] {
  const { ticks, messages, bytes, seconds, ticksPerSecond, skipped, byKind } = counters.snapshot();
  const kinds = Object.entries(byKind).map(([kind, n]) => `${kind} ${whole.format(n)}`);
  const rows: (readonly [string, string])[] = [
    ["from", source],
    ["to", target],
    ["ticks", `${whole.format(ticks)}${kinds.length > 0 ? `  (${kinds.join(", ")})` : ""}`],
    ["messages", whole.format(messages)],
    ["bytes", formatBytes(bytes)],
    ["seconds", decimal.format(seconds)],
    ["ticks/s", whole.format(ticksPerSecond)],
    ...(skipped > 0 ? [["skipped", `${whole.format(skipped)} (not ticks)`] as const] : []),
  ];
  return rows.map(([name, value]) => `${name.padStart(9)}  ${value}`);
}

const REDRAW_MS = 250;

/** One line, redrawn, and a summary, for a person at a terminal. */
export function createTerminalReporter(
  stream: NodeJS.WriteStream,
  source: string,
  target: string,
  counters: Counters,
): Reporter {
  let timer: NodeJS.Timeout | undefined;
  let last = { acked: 0, ms: performance.now() };
  let rate = 0;
  const draw = (): void => {
    const nowMs = performance.now();
    const passedMs = nowMs - last.ms;
    // Over a second at least, once there was one, or the figure would jump with each acknowledgement.
    if (passedMs >= 1000 || rate === 0) rate = ((counters.ackedTicks - last.acked) * 1000) / passedMs;
    if (passedMs >= 1000) last = { acked: counters.ackedTicks, ms: nowMs };
    // Cut to the width: a wrapped line could not be redrawn. The cursor goes back to the start, so that a
    // warning overwrites the line.
    stream.write(`${progressLine(counters, rate).slice(0, (stream.columns ?? 80) - 1)}\u001b[K\r`);
  };
  return {
    start() {
      timer = setInterval(draw, REDRAW_MS);
      timer.unref();
    },
    finish() {
      clearInterval(timer);
      stream.write(`\u001b[K${summaryLines(source, target, counters).join("\n")}\n`);
    },
  };
}

const LOG_EVERY_MS = 10_000;

/** Structured log lines, for everything that is not a person at a terminal. */
export function createLogReporter(log: Logger, source: string, target: string, counters: Counters): Reporter {
  let timer: NodeJS.Timeout | undefined;
  const figures = () => ({ ...counters.snapshot(), lagMs: Math.round(counters.lagMs) });
  return {
    start() {
      log.info({ source, target }, "started");
      timer = setInterval(() => log.info(figures(), "progress"), LOG_EVERY_MS);
      timer.unref();
    },
    finish() {
      clearInterval(timer);
      log.info({ source, target, ...figures() }, "finished");
    },
  };
}

/** The summary as plain lines, without progress: for `--stdout`, where standard output is taken. */
export function createPlainReporter(
  stream: NodeJS.WritableStream,
  source: string,
  target: string,
  counters: Counters,
): Reporter {
  return {
    start() {},
    finish() {
      stream.write(`${summaryLines(source, target, counters).join("\n")}\n`);
    },
  };
}

/** Says nothing. */
export const quietReporter: Reporter = { start() {}, finish() {} };
