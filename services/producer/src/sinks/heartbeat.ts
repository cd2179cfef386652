import { createHeartbeat } from "@tickhouse/common";
import type { Sink } from "./sink.ts";

/** Beats whenever messages are safe, so that a health check sees whether the feed gets through. */
export function withHeartbeat(sink: Sink, file: string, now?: () => number): Sink {
  const beat = createHeartbeat(file, now);
  return {
    ...sink,
    async send(messages) {
      await sink.send(messages);
      await beat();
    },
  };
}
