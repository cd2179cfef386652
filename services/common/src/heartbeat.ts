import { writeFile } from "node:fs/promises";

/** Not more often than this, in milliseconds: a health check asks every few seconds. */
const EVERY_MS = 5_000;

/** Says that a service gets its work done. */
export type Heartbeat = () => Promise<void>;

/** Writes a file, at most every few seconds, so that a health check sees by its age whether the work goes on. */
export function createHeartbeat(file: string, now: () => number = Date.now): Heartbeat {
  let lastMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (now() - lastMs < EVERY_MS) return;
    lastMs = now();
    await writeFile(file, new Date(lastMs).toISOString());
  };
}
