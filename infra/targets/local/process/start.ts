import { type ChildProcess, execFile, spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { InfraError } from "../../../errors.ts";
import { pollUntil } from "../../../poll.ts";
import { identify, isAlive, type ProcessIdentity } from "./identity.ts";
import { takenPorts } from "./ports.ts";
import { describeProbe, tryProbe } from "./probe.ts";
import type { ProcessSpec } from "./spec.ts";
import { stopProcess } from "./stop.ts";

const CONSOLE_ROTATE_BYTES = 5 * 1024 * 1024;
const PREPARE_TIMEOUT_MS = 120_000;

/**
 * Starts a detached process and returns once it is ready. On any failure nothing of it is left
 * running and the error names what did not come and where its log is.
 */
export async function startProcess(spec: ProcessSpec): Promise<ProcessIdentity> {
  const stale = readPidFile(spec.directory);
  if (stale !== undefined) await stopProcess(spec.name, stale, spec.stop);
  const taken = await takenPorts(spec.ports);
  if (taken.length > 0) throw new InfraError("PORT_TAKEN", taken.join("\n"));

  for (const folder of ["etc", "log", "data"])
    mkdirSync(join(spec.directory, folder), { recursive: true, mode: 0o700 });
  writeRendered(spec);
  await prepare(spec);
  const { child, startedMs } = launch(spec);
  const identity = await spawned(spec, child);
  try {
    writeFileSync(pidFile(spec.directory), JSON.stringify(identity), { mode: 0o600 });
    await untilReady(spec, child, identity, startedMs);
    child.unref();
    return identity;
  } catch (error) {
    await stopProcess(spec.name, identity, { drain: null, graceMs: 2_000 });
    rmSync(pidFile(spec.directory), { recursive: true, force: true });
    throw error;
  }
}

/** The process that a directory's pid file names, while it lives: an interrupted run may have left one. */
export function readPidFile(directory: string): ProcessIdentity | undefined {
  try {
    const identity = JSON.parse(readFileSync(pidFile(directory), "utf8")) as ProcessIdentity;
    return isAlive(identity) ? identity : undefined;
  } catch {
    return undefined;
  }
}

const pidFile = (directory: string): string => join(directory, "pid.json");

function writeRendered({ directory, files }: ProcessSpec): void {
  rmSync(join(directory, "etc"), { recursive: true, force: true });
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, "etc", path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, content, { mode: 0o600 });
    chmodSync(file, 0o600);
  }
}

async function prepare(spec: ProcessSpec): Promise<void> {
  for (const { command, creates } of spec.prepare) {
    if (existsSync(join(spec.directory, creates))) continue;
    const [program = "", ...args] = command;
    try {
      await promisify(execFile)(program, args, {
        env: environment(spec),
        cwd: spec.directory,
        timeout: PREPARE_TIMEOUT_MS,
      });
    } catch (error) {
      const { stderr, code, message } = error as { stderr?: string; code?: string; message: string };
      if (code === "ENOENT") throw missingProgram(spec, program);
      throw new InfraError(
        "PROCESS_FAILED",
        `${spec.name}: preparing it failed: ${(stderr || message).trim().slice(-2_000)}`,
      );
    }
  }
}

/** Output that the process itself does not log (a crash, a JVM's last words); kept to one old file. */
function launch(spec: ProcessSpec): { child: ChildProcess; startedMs: number } {
  const consoleLog = join(spec.directory, "log", "console.log");
  if (existsSync(consoleLog) && statSync(consoleLog).size > CONSOLE_ROTATE_BYTES)
    renameSync(consoleLog, `${consoleLog}.1`);
  const out = openSync(consoleLog, "a", 0o600);
  const [program = "", ...args] = spec.command;
  const child = spawn(program, args, {
    cwd: spec.directory,
    env: environment(spec),
    // A session of its own: the terminal's end and Ctrl-C do not reach it.
    detached: true,
    stdio: ["ignore", out, out],
  });
  closeSync(out);
  return { child, startedMs: Date.now() };
}

function environment({ env }: ProcessSpec): NodeJS.ProcessEnv {
  const inherited = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "JAVA_HOME"].flatMap((key) => {
    const value = process.env[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return { ...Object.fromEntries(inherited), ...env };
}

function spawned(spec: ProcessSpec, child: ChildProcess): Promise<ProcessIdentity> {
  return new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ENOENT" ? missingProgram(spec, spec.command[0] ?? "") : error),
    );
    child.once("spawn", () => {
      const identity = child.pid === undefined ? undefined : identify(child.pid);
      if (identity === undefined) reject(ended(spec, "ended at once"));
      else resolve(identity);
    });
  });
}

async function untilReady(
  spec: ProcessSpec,
  child: ChildProcess,
  identity: ProcessIdentity,
  startedMs: number,
): Promise<void> {
  let last = "nothing was asked yet";
  const verdict = await pollUntil(spec.readyTimeoutMs, async () => {
    if (!isAlive(identity)) return "ended";
    const problem = await tryProbe(spec.ready, startedMs);
    if (problem === undefined) return isAlive(identity) ? "ready" : "ended";
    last = problem;
    return undefined;
  });
  if (verdict === "ready") return;
  if (verdict === "ended") throw ended(spec, `ended while starting (${await howItEnded(child)})`);
  throw ended(
    spec,
    `was not ready within ${spec.readyTimeoutMs / 1000} s: waited for ${describeProbe(spec.ready)}, last answer: ${last}`,
  );
}

/** `exit code 3`, `SIGKILL`. */
async function howItEnded(child: ChildProcess): Promise<string> {
  // The system knows of the end a moment before Node does.
  await pollUntil(1_000, () => (child.exitCode === null && child.signalCode === null ? undefined : true));
  return child.signalCode ?? `exit code ${child.exitCode ?? "unknown"}`;
}

function missingProgram(spec: ProcessSpec, program: string): InfraError {
  const cure =
    program === "java"
      ? "Java 17 or newer is needed (Debian: apt install openjdk-17-jre-headless)"
      : "install it";
  return new InfraError("PROGRAM_MISSING", `${spec.name}: the program ${program} is not on PATH: ${cure}`);
}

function ended(spec: ProcessSpec, what: string): InfraError {
  const logs = ["log/console.log", spec.logFile].map((file) => join(spec.directory, file));
  const tail = logs
    .flatMap((file) => (existsSync(file) ? [lastLines(file)] : []))
    .find((text) => text !== "");
  return new InfraError(
    "PROCESS_FAILED",
    `${spec.name} ${what}. Logs: ${logs.join(", ")}${tail === undefined ? "" : `\n${tail}`}`,
  );
}

const lastLines = (file: string): string =>
  readFileSync(file, "utf8").trimEnd().split("\n").slice(-8).join("\n").slice(-2_000);
