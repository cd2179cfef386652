import type { Warehouse } from "../clickhouse/query.ts";
import { toTheEnd } from "../clickhouse/toTheEnd.ts";
import { createLatencies, type Percentiles } from "./latencies.ts";
import { visibleTicks } from "./queries.ts";

/** Between two looks, at least. */
const EVERY_MS = 150;
/** Of one thread's time, looking takes no more than one part in so many. */
const SHARE = 10;
/** It looks while somebody has asked within this time. */
const IDLE_MS = 30_000;
const WINDOW_MS = 60_000;

/** Watches ticks appear, while somebody wants to know how long that takes. */
export interface Sampler {
  /** Of the last minute; null where nothing appeared, and at first: this begins the watching. */
  ask(): Percentiles | null;
  close(): void;
}

export function createSampler(warehouse: Warehouse): Sampler {
  const latencies = createLatencies(WINDOW_MS);
  const stopped = new AbortController();
  let askedMs = 0;
  let running = false;

  const look = async (): Promise<void> => {
    const started = performance.now();
    try {
      const { rows, stats } = await warehouse.query(visibleTicks, {}, toTheEnd("pipeline"));
      // Without a row there is no time either, and nothing to observe.
      if (rows[0] !== undefined) latencies.observe(rows, rows[0].nowMs + stats.elapsedMs);
      else latencies.observe([], Date.now());
    } catch {
      latencies.interrupt();
    }
    const tookMs = performance.now() - started;
    if (stopped.signal.aborted || Date.now() - askedMs > IDLE_MS) {
      running = false;
      latencies.forget();
    } else setTimeout(look, Math.max(EVERY_MS, tookMs * SHARE)).unref();
  };
  return {
    ask() {
      askedMs = Date.now();
      if (!running && !stopped.signal.aborted) {
        running = true;
        void look();
      }
      return latencies.percentiles();
    },
    close: () => stopped.abort(),
  };
}
