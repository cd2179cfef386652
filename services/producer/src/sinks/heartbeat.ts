import { writeFile } from "node:fs/promises";
import type { Sink } from "./sink.ts";

/** Not more often than this, in milliseconds: a health check asks every few seconds. */
const EVERY_MS = 5_000;

/** Writes a file whenever messages are safe, so that a health check sees by its age whether the feed gets through. */
export function withHeartbeat(sink: Sink, file: string, now: () => number = Date.now): Sink {
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    ...sink,
    async send(messages) {
      await sink.send(messages);
      if (now() - lastMs < EVERY_MS) return;
      lastMs = now();
      await writeFile(file, new Date(lastMs).toISOString());
    },
  };
}
