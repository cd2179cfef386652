import { InfraError } from "../../../errors.ts";
import { pollUntil } from "../../../poll.ts";
import { drainClickHouse } from "./drain.ts";
import { isAlive, type ProcessIdentity } from "./identity.ts";
import type { StopPlan } from "./spec.ts";

const KILL_DEADLINE_MS = 5_000;

/** Ends a process: drained if its plan says so, then SIGTERM, then SIGKILL after the grace period. */
export async function stopProcess(name: string, identity: ProcessIdentity, plan: StopPlan): Promise<void> {
  if (!isAlive(identity)) return;
  // A node that can't be drained any more is stopped all the same: what it had acknowledged is on disk.
  if (plan.drain !== null) await drainClickHouse(plan.drain).catch(() => undefined);
  signal(identity, "SIGTERM");
  if (await gone(identity, plan.graceMs)) return;
  signal(identity, "SIGKILL");
  if (await gone(identity, KILL_DEADLINE_MS)) return;
  throw new InfraError(
    "STOP_FAILED",
    `${name} (pid ${identity.pid}) is still there ${KILL_DEADLINE_MS / 1000} s after SIGKILL`,
  );
}

const gone = async (identity: ProcessIdentity, deadlineMs: number): Promise<boolean> =>
  (await pollUntil(deadlineMs, () => (isAlive(identity) ? undefined : true))) === true;

function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
