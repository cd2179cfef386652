import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * One running process and no other: a pid alone is reused by the system, a pid with the moment it
 * started is not.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: boot id and clock ticks since boot on Linux, `ps`'s start time elsewhere. */
  readonly startedAt: string;
}

/** The identity of a live process, or undefined where there is none (a zombie is none). */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === "linux" ? linuxStart(pid) : psStart(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether exactly this process still runs. */
export const isAlive = (identity: ProcessIdentity): boolean =>
  identify(identity.pid)?.startedAt === identity.startedAt;

function linuxStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // 4242 (node (worker)) S 1 4242 ...: the name may hold blanks and parentheses, so count from its end.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, threads, ticks] = [fields[0], fields[17], fields[19]];
    // While other threads end, the first one is a zombie already, and the ports are still held.
    const ended = state === "X" || (state === "Z" && Number(threads) <= 1);
    if (ended || ticks === undefined) return undefined;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}:${ticks}`;
  } catch {
    return undefined;
  }
}

function psStart(pid: number): string | undefined {
  try {
    const out = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return out === "" || out.startsWith("Z") ? undefined : out.replace(/^\S+\s+/, "");
  } catch {
    return undefined;
  }
}
