import { CommanderError } from "commander";
import { createProgram } from "./cli.ts";
import { messageOf, ProducerError } from "./errors.ts";
import { run } from "./run.ts";

/** kafkajs retries on for a request that was given up, and ccxt holds timers: they get this long, then none. */
const LINGERING_MS = 500;

async function main(argv: readonly string[]): Promise<number> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  // `--help | head`: a reader that left is no crash. The sink has a listener of its own.
  process.stdout.on("error", () => {});
  // Once: a second Ctrl-C ends the process the hard way.
  process.once("SIGINT", onSignal);
  process.once("SIGTERM", onSignal);
  try {
    await createProgram((job) => run(job, stop.signal)).parseAsync(argv);
    return 0;
  } catch (error) {
    // Commander has printed its own message.
    if (error instanceof CommanderError) return error.exitCode;
    const expected = error instanceof ProducerError;
    // `--stdout | head`: the reader has what it wanted.
    if (expected && error.code === "OUTPUT_CLOSED") return 0;
    process.stderr.write(`error: ${expected ? messageOf(error) : stackOf(error)}\n`);
    return 1;
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

function stackOf(error: unknown): string {
  return (error instanceof Error ? error.stack : undefined) ?? messageOf(error);
}

main(process.argv).then((code) => {
  process.exitCode = code;
  setTimeout(() => process.exit(), LINGERING_MS).unref();
});
