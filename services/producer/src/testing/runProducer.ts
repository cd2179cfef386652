import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

export interface ProducerRun {
  readonly process: ChildProcess;
  /** Resolves with the first standard output. */
  readonly started: Promise<void>;
  /** Exit code, or the signal that killed it, and everything it printed. */
  readonly ended: Promise<{
    readonly code: number | string | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

/** Runs the producer as a user does, in a process of its own, with no setting from this environment. */
export function runProducer(args: readonly string[], env: NodeJS.ProcessEnv = {}): ProducerRun {
  const { KAFKA_BOOTSTRAP: _, KAFKA_TOPIC: __, LOG_LEVEL: ___, LOG_FILE: ____, ...inherited } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", MAIN, ...args], {
    env: { ...inherited, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (data: Buffer) => stdout.push(data));
  child.stderr.on("data", (data: Buffer) => stderr.push(data));
  return {
    process: child,
    started: new Promise((resolve) => child.stdout.once("data", () => resolve())),
    ended: new Promise((resolve) =>
      child.once("close", (code, signal) =>
        resolve({
          code: code ?? signal,
          stdout: Buffer.concat(stdout).toString(),
          stderr: Buffer.concat(stderr).toString(),
        }),
      ),
    ),
  };
}
