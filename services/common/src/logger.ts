import { basename, dirname } from "node:path";
import { type Logger, pino, stdTimeFunctions } from "pino";
import pretty from "pino-pretty";
import { createStream } from "rotating-file-stream";

export type { Logger } from "pino";

export interface LoggerOptions {
  /** Name of the service, on each line. */
  readonly name: string;
  /** @default "info" */
  readonly level?: string | undefined;
  /** Write JSON lines to this file, rotated, in place of standard output. */
  readonly file?: string | undefined;
}

/** A log file is rotated at this size, and this many old ones are kept. */
const ROTATE_AT = "20M";
const KEEP_FILES = 5;

/** Keys that never reach a log, at any depth that services use. */
const REDACTED = [
  "password",
  "*.password",
  "authorization",
  "*.authorization",
  'req.headers["x-api-key"]',
  "req.headers.authorization",
];

/**
 * A structured logger: JSON lines on standard output, readable lines where that is a terminal,
 * or a rotated file when `file` is given.
 */
export function createLogger({ name, level = "info", file }: LoggerOptions): Logger {
  const options = { name, level, redact: REDACTED, timestamp: stdTimeFunctions.isoTime };
  if (file !== undefined) {
    const stream = createStream(basename(file), {
      path: dirname(file),
      size: ROTATE_AT,
      maxFiles: KEEP_FILES,
    });
    return pino(options, stream);
  }
  // Standard error keeps standard output free for what a command prints.
  if (process.stderr.isTTY)
    return pino(options, pretty({ destination: 2, sync: true, ignore: "pid,hostname" }));
  return pino(options, pino.destination({ dest: 1, sync: true }));
}
