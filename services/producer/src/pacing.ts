import { setTimeout as delay } from "node:timers/promises";
import type { FeedTick } from "./sources/source.ts";

/** A monotonic clock that can be waited on; tests use one that does not take time. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  nowMs(): number;
  /** Resolves after `ms`, or early when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export type OnDue = (dueMs: number | undefined) => void;

/** Node's timers take no longer delay than this. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await delay(Math.min(ms, LONGEST_SLEEP_MS), undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  },
};

export interface PaceOptions {
  /** Feed seconds per real second: 1 is original speed, 10 ten times as fast; "max" does not wait. */
  readonly speed: number | "max";
  readonly signal: AbortSignal;
  /** @default systemClock */
  readonly clock?: Clock;
  /**
   * Told when the tick that is released was due, by the clock's ms; undefined once the feed waits for the next one.
   * While a moment is set, the feed is behind by the time since then, a blocked reader's time included.
   */
  readonly onDue?: OnDue | undefined;
}

/**
 * Releases ticks when their feed clock comes up. Each tick's moment is computed from the first one's, not from the
 * last one's, so late timers and slow readers never add up to drift; a feed that fell behind catches up at once.
 * Ticks that are due together leave as one batch, which keeps thousands of ticks a second at millisecond timers.
 */
export async function* pace(
  batches: AsyncIterable<readonly FeedTick[]> | Iterable<readonly FeedTick[]>,
  { speed, signal, clock = systemClock, onDue }: PaceOptions,
): AsyncGenerator<readonly FeedTick[]> {
  let startMs: number | undefined;
  let startMicros = 0;
  let nowMs = clock.nowMs();
  try {
    for await (const batch of batches) {
      if (signal.aborted) return;
      if (speed === "max") {
        yield batch;
        continue;
      }
      let due: FeedTick[] = [];
      for (const tick of batch) {
        const micros = tick.clockMicros;
        if (micros !== undefined) {
          if (startMs === undefined) {
            nowMs = clock.nowMs();
            startMs = nowMs;
            startMicros = micros;
          }
          const dueMs: number = startMs + (micros - startMicros) / 1000 / speed;
          if (dueMs > nowMs) nowMs = clock.nowMs();
          if (dueMs > nowMs) {
            if (due.length > 0) yield due;
            due = [];
            onDue?.(undefined);
            nowMs = clock.nowMs();
            while (dueMs > nowMs && !signal.aborted) {
              await clock.sleep(dueMs - nowMs, signal);
              nowMs = clock.nowMs();
            }
            if (signal.aborted) return;
          }
          onDue?.(dueMs);
        }
        due.push(tick);
      }
      if (due.length > 0) yield due;
    }
  } finally {
    onDue?.(undefined);
  }
}
