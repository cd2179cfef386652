import type { Message } from "./packer.ts";

/** What one run did so far. Sent is handed to Kafka, acked is confirmed by all in-sync replicas. */
export class Counters {
  #startedMs = performance.now();
  sentTicks = 0;
  ackedTicks = 0;
  ackedMessages = 0;
  ackedBytes = 0;
  /** Rows left out because they are not ticks (`--on-bad-row skip`), or events the feed sent incomplete. */
  skipped = 0;
  /** When the tick now being released was due (`performance.now`), while the feed does not wait for the next. */
  dueMs: number | undefined;
  readonly ackedByKind = new Map<string, number>();

  /** Starts the time that rates are computed over: once there is something to send and somewhere to send it. */
  begin(): void {
    this.#startedMs = performance.now();
  }

  sent(messages: readonly Message[]): void {
    for (const { kinds } of messages) this.sentTicks += kinds.length;
  }

  acked(messages: readonly Message[]): void {
    for (const { kinds, bytes } of messages) {
      this.ackedMessages += 1;
      this.ackedBytes += bytes;
      this.ackedTicks += kinds.length;
      for (const kind of kinds) this.ackedByKind.set(kind, (this.ackedByKind.get(kind) ?? 0) + 1);
    }
  }

  /** How far the feed is behind its schedule, ms; 0 when it runs as fast as it can. */
  get lagMs(): number {
    return this.dueMs === undefined ? 0 : Math.max(0, performance.now() - this.dueMs);
  }

  /** Plain figures for a log line or a summary. */
  snapshot() {
    const seconds = (performance.now() - this.#startedMs) / 1000;
    return {
      ticks: this.ackedTicks,
      sent: this.sentTicks,
      messages: this.ackedMessages,
      bytes: this.ackedBytes,
      seconds: Math.round(seconds * 1000) / 1000,
      ticksPerSecond: Math.round(this.ackedTicks / Math.max(seconds, 0.001)),
      skipped: this.skipped,
      byKind: Object.fromEntries(this.ackedByKind),
    };
  }
}
