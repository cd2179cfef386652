import { createRegistry } from "@tickhouse/common";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Counters } from "./counters.ts";
import type { Sink } from "./sinks/sink.ts";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** The run's own counters as Prometheus reads them: one count, kept in one place. */
export function createMetrics(counters: Counters): Registry {
  const registry = createRegistry();
  const counter = (name: string, help: string, value: () => number): void => {
    new Counter({
      name: `tickhouse_producer_${name}_total`,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  };
  new Counter({
    name: "tickhouse_producer_ticks_total",
    help: "Ticks that all in-sync replicas have, by kind.",
    labelNames: ["kind"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [kind, ticks] of counters.ackedByKind) this.inc({ kind }, ticks);
    },
  });
  counter("sent_ticks", "Ticks that were handed to Kafka.", () => counters.sentTicks);
  counter("messages", "Messages that all in-sync replicas have.", () => counters.ackedMessages);
  counter("bytes", "Bytes of those messages.", () => counters.ackedBytes);
  counter("skipped_rows", "Rows of the source that are no ticks and were left out.", () => counters.skipped);
  new Gauge({
    name: "tickhouse_producer_lag_seconds",
    help: "How far the feed is behind its schedule; 0 when it runs as fast as it can.",
    registers: [registry],
    collect() {
      this.set(counters.lagMs / 1_000);
    },
  });
  return registry;
}

/** Times each batch from its sending until it is safe; one that failed is counted as failed. */
export function withMetrics(sink: Sink, registry: Registry): Sink {
  const durations = new Histogram({
    name: "tickhouse_producer_batch_duration_seconds",
    help: "Time of a batch from its sending until Kafka acknowledged it.",
    labelNames: ["outcome"],
    buckets: SECONDS,
    registers: [registry],
  });
  return {
    ...sink,
    async send(messages) {
      const done = durations.startTimer();
      try {
        await sink.send(messages);
        done({ outcome: "ok" });
      } catch (error) {
        done({ outcome: "failed" });
        throw error;
      }
    },
  };
}
