import { Gauge, type Registry } from "prom-client";
import type { Shared } from "../audit/shared.ts";
import { bufferedRows, lagOf } from "./answer.ts";
import type { Pipeline } from "./pipeline.ts";

/** A scrape asks anew for what is older. */
const REFRESH_AFTER_MS = 10_000;

/** Lag, rows in memory and dead letters as gauges. */
export interface PipelineGauges {
  /** Called with each scrape: shows what was known last, and asks anew behind it when that is old. Waits for nothing. */
  scrape(): void;
}

/** A gauge whose number is not known any more goes away: who scales or alerts by it sees that, and no old number. */
export function createPipelineGauges(
  registry: Registry,
  { offsets, nodes, deadLetters }: Pick<Pipeline, "offsets" | "nodes" | "deadLetters">,
  topic: string | undefined,
  now: () => number = Date.now,
): PipelineGauges {
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge => {
    const made = new Gauge({ name: `tickhouse_${name}`, help, labelNames, registers: [registry] });
    // Without labels it would say 0 before anything was asked.
    if (labelNames.length === 0) made.remove();
    return made;
  };
  const lag = gauge("kafka_lag", "Messages that the warehouse has yet to read.", ["topic", "partition"]);
  const buffered = gauge("buffer_rows", "Rows in memory only, of the nodes that are up.");
  const letters = gauge("dead_letters", "Lines that could not be stored, those replayed since included.");
  const show = <Value>(
    shared: Shared<Value>,
    shown: readonly Gauge[],
    set: (value: Value) => void,
  ): (() => void) => {
    return () => {
      const { last } = shared;
      for (const each of shown) each.remove();
      if (last?.ok === true) set(last.value);
      if (last === undefined || now() - last.endedMs >= REFRESH_AFTER_MS) shared.get().catch(() => {});
    };
  };
  const shows = [
    show(nodes, [buffered], (value) => {
      const rows = bufferedRows(value);
      if (rows !== undefined) buffered.set(rows);
    }),
    show(deadLetters, [letters], ({ total }) => letters.set(total)),
    ...(offsets === undefined
      ? []
      : [
          show(offsets, [], (partitions) => {
            for (const each of partitions)
              lag.set({ topic: topic ?? "", partition: each.partition }, lagOf(each));
          }),
        ]),
  ];
  return {
    scrape() {
      lag.reset();
      for (const each of shows) each();
    },
  };
}
