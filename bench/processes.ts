import { readFileSync } from "node:fs";

/** Of `/proc/PID/stat`: Linux tells CPU times in hundredths of a second, whatever the kernel's own tick is. */
const CLOCK_TICKS_A_SECOND = 100;

/**
 * CPU seconds, user and system, that processes have used so far: of all their threads, those of libraries included
 * (ClickHouse's own counters leave out librdkafka's).
 */
export const cpuSeconds = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + cpuTicks(readFileSync(`/proc/${pid}/stat`, "utf8")), 0) /
  CLOCK_TICKS_A_SECOND;

/** utime and stime of a line of `/proc/PID/stat`. The name may hold blanks and parentheses, so fields count from its end. */
export function cpuTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [fields[11], fields[12]].map(Number);
  const ticks = (user ?? Number.NaN) + (system ?? Number.NaN);
  if (Number.isNaN(ticks)) throw new Error(`no CPU times in ${stat}`);
  return ticks;
}
