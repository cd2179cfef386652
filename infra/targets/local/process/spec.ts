import type { PortClaim } from "./ports.ts";
import type { Probe } from "./probe.ts";

/** Everything that makes a process what it is; a change of any part restarts it. */
export interface ProcessSpec {
  /** `kafka`, `clickhouse-01`, `producer`, `api`; unique in the stack. */
  readonly name: string;
  /** Absolute; holds `etc/` (rendered files), `log/`, `data/` and the pid file. */
  readonly directory: string;
  /** Program and arguments; the program is looked up on PATH. */
  readonly command: readonly string[];
  /** Beside PATH, HOME and the locale, which every process gets. Secrets go into files, not here. */
  readonly env: Readonly<Record<string, string>>;
  /** Rendered files by path below `etc/`, written readable by their owner alone. */
  readonly files: Readonly<Record<string, string>>;
  /** Run once before the first start: skipped when `creates` (below the directory) is there already. */
  readonly prepare: readonly { readonly command: readonly string[]; readonly creates: string }[];
  /** Hash of what the command runs and the spec does not show (a bundle), so that a change restarts it. */
  readonly contentHash: string;
  readonly ready: Probe;
  readonly readyTimeoutMs: number;
  readonly ports: readonly PortClaim[];
  readonly stop: StopPlan;
  /** Where the process writes, for messages. Relative to the directory. */
  readonly logFile: string;
}

/** How a process is asked to end. */
export interface StopPlan {
  /** Before SIGTERM: a ClickHouse node detaches its consumers, flushes its buffers and ends its engine. */
  readonly drain: ClickHouseDrain | null;
  /** From SIGTERM to SIGKILL. */
  readonly graceMs: number;
}

export interface ClickHouseDrain {
  readonly kind: "clickhouse";
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
}

/** What the state remembers of a started process. */
export interface ProcessState {
  readonly pid: number;
  readonly startedAt: string;
  readonly running: boolean;
}
